# What tests read of a preview: what there will be, without how it comes to be, times, and places on somebody's disk.
def bare: walk(if type == "object" then del(.__meta, .__pulumi_raw_state_delta) else . end);
{steps: [.steps[] | {op, urn}
  + (if .newState then {newState: (.newState | del(.created, .modified, .sourcePosition, .stackTrace) | bare)} else {} end)
  + (if .oldState then {oldState: (.oldState | {urn, type, id, outputs} | bare)} else {} end)], changeSummary}
