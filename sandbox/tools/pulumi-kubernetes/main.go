// The Kubernetes provider of Pulumi. The program that the provider's own module offers embeds a schema which exists
// only after that project's code generation, so it cannot be built from the module. Both files embedded here are
// made from the module's plain files right before the build.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

var (
	//go:embed schema-embed.json
	pulumiSchema []byte
	//go:embed terraform-mapping.json
	terraformMapping []byte
)

func main() {
	provider.Serve("kubernetes", version.Version, pulumiSchema, terraformMapping)
}
