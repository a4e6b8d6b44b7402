# What tests read of a preview: what there will be, without how it comes to be, times, and places on somebody's disk.
{steps: [.steps[] | {op, urn, newState: (.newState
  | if . then del(.created, .modified, .sourcePosition, .stackTrace) else . end
  | walk(if type == "object" then del(.__meta, .__pulumi_raw_state_delta) else . end))}], changeSummary}
