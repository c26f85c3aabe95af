namespace WazoPlugind.Plugins.Sources;

/// <summary>How long git waits for another machine.</summary>
public sealed record GitPatience
{
    /// <summary>For a connection.</summary>
    public TimeSpan Connection { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For anything at all to come.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(1);
}
