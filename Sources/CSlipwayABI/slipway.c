// The layout of the interface, nailed down: a change that breaks libraries built against version 1
// breaks this file first.
#include "slipway.h"

#define AT(type, member, offset) \
  _Static_assert(offsetof(type, member) == (offset), #type "." #member " moved")

#if UINTPTR_MAX == UINT64_MAX
_Static_assert(sizeof(slipway_bytes) == 16, "slipway_bytes changed");
_Static_assert(sizeof(slipway_field) == 32, "slipway_field changed");

AT(slipway_request, method, 8);
AT(slipway_request, target, 24);
AT(slipway_request, scheme, 40);
AT(slipway_request, authority, 56);
AT(slipway_request, mount_prefix, 72);
AT(slipway_request, path, 88);
AT(slipway_request, query, 104);
AT(slipway_request, peer_address, 120);
AT(slipway_request, fields, 136);
AT(slipway_request, field_count, 144);
AT(slipway_request, content_length, 152);
AT(slipway_request, peer_port, 160);
AT(slipway_request, http_minor_version, 162);
AT(slipway_request, upgrade, 168);

AT(slipway_response, status, 8);
AT(slipway_response, fields, 16);
AT(slipway_response, field_count, 24);

AT(slipway_host, version, 8);
AT(slipway_host, generation, 12);
AT(slipway_host, context, 16);
AT(slipway_host, directory, 24);
AT(slipway_host, log, 40);
AT(slipway_host, read, 48);
AT(slipway_host, start, 56);
AT(slipway_host, write, 64);
AT(slipway_host, finish, 72);
AT(slipway_host, respond, 80);
AT(slipway_host, fail, 88);
AT(slipway_host, when_gone, 96);

AT(slipway_app, version, 8);
AT(slipway_app, context, 16);
AT(slipway_app, handle, 24);
AT(slipway_app, shutdown, 32);
#endif
