-- Slipway: nvim-dap attaches to the running server with :DapContinue.
local found, dap = pcall(require, "dap")
if found then
  dap.adapters.slipway = {
    type = "server",
    host = "127.0.0.1",
    port = 4711,
    options = { initialize_timeout_sec = 20 },
  }
  dap.configurations.swift = dap.configurations.swift or {}
  table.insert(dap.configurations.swift, {
    name = "Slipway",
    type = "slipway",
    request = "attach",
    attachCommands = { "slipway-attach" },
  })
end
