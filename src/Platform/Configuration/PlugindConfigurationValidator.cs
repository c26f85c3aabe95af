using Microsoft.Extensions.Options;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Holds a configuration against the rules at its properties: generated at build time, as reflection would cost at every start.</summary>
[OptionsValidator]
internal sealed partial class PlugindConfigurationValidator : IValidateOptions<PlugindConfiguration>
{
    /// <summary>Everything that is wrong.</summary>
    /// <param name="configuration">The configuration.</param>
    public static IEnumerable<KeyProblem> Problems(PlugindConfiguration configuration) =>
        new PlugindConfigurationValidator().Validate(nameof(configuration), configuration).Failures?.Select(KeyProblem.Parse) ?? [];
}
