-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- The simplest of our rules as a Lua post-dissector: a RST,ACK to a SYN says that nothing listens
-- on the port. What it costs to ask each frame for three fields in this way.
local refused = Proto("lua_refused", "Refused connection")
local reason = ProtoField.string("lua_refused.reason", "Reason")
refused.fields = { reason }

local flags, stream, seq = Field.new("tcp.flags"), Field.new("tcp.stream"), Field.new("tcp.seq")
local opened = {}

function refused.init() opened = {} end

function refused.dissector(_, _, tree)
  local bits, number, place = flags(), stream(), seq()
  if not bits then return end
  if bits.value == 0x02 then
    opened[number.value] = true
  elseif bits.value == 0x14 and opened[number.value] and place.value == 1 then
    tree:add(refused):add(reason, "port_closed")
  else
    opened[number.value] = nil
  end
end

register_postdissector(refused)
