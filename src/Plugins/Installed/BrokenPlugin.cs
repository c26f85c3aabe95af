namespace WazoPlugind.Plugins.Installed;

/// <summary>A plugin whose files are installed and whose <c>install</c> step failed; dpkg has it configured without that step.</summary>
public sealed record BrokenPlugin
{
    /// <summary>The plugin's package.</summary>
    public required string Package { get; init; }

    /// <summary>The plugin's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The plugin's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version that is installed.</summary>
    public required string Version { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The last lines that were written when the step failed.</summary>
    public required IReadOnlyList<string> Output { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Time { get; init; }
}
