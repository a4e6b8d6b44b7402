# What tests read of a deployed state: no times, no places on somebody's disk, no ciphertexts.
{version, deployment: {resources: [.deployment.resources[]
  | del(.created, .modified, .sourcePosition, .stackTrace)
  | walk(if type == "object" then del(.__meta, .__pulumi_raw_state_delta) | (.ciphertext? // empty) = "" else . end)]}}
