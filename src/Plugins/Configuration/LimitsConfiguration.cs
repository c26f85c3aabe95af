namespace WazoPlugind.Plugins.Configuration;

/// <summary>What operations may use of the machine (key <c>limits</c>).</summary>
public sealed record LimitsConfiguration
{
    /// <summary>Packages of installed plugins that are kept at most; beyond, the oldest go.</summary>
    public int KeptPackages { get; init; } = 500;

    /// <summary>Megabytes of packages of installed plugins that are kept at most; beyond, the oldest go.</summary>
    public int KeptPackagesMegabytes { get; init; } = 4096;
}
