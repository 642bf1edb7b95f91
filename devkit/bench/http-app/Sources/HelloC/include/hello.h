// The application exports its entry point, which slipway.h declares.
