// Pins modules whose YAML files are read; no Go package of theirs is built. `go mod tidy` would remove the requirements.
module logfire-platform/tools/definitions

go 1.26.7

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/envoyproxy/gateway v1.9.1
	sigs.k8s.io/gateway-api v1.6.1
)
