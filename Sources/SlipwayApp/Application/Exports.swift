// A request's fields and a response's status are values of HTTPTypes: whoever writes an application
// needs that module and should not have to name another package for it.
@_exported public import HTTPTypes
