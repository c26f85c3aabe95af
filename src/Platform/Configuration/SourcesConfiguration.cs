using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Where plugins may come from (key <c>sources</c>).</summary>
public sealed record SourcesConfiguration
{
    /// <summary>The transports of sources: of <c>http</c>, <c>https</c>, <c>ssh</c>, <c>git</c> and <c>file</c> (plain paths too).</summary>
    [OneOf("http", "https", "ssh", "git", "file")]
    public IReadOnlyList<string> Schemes { get; init; } = ["http", "https", "ssh", "git", "file"];

    /// <summary>
    /// Patterns of addresses, of which one has to match, with <c>*</c> for any characters; without any, every address will do.
    /// Credentials are no part of the address; scheme and host count without regard to case. A redirect has to match too.
    /// </summary>
    [Line]
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Seconds that a connection with another machine may take.</summary>
    [Seconds(maximum: WorkerConfiguration.LongestStep)]
    public int ConnectionTimeout { get; init; } = 15;

    /// <summary>Seconds for which nothing at all may come from another machine.</summary>
    [Seconds(maximum: WorkerConfiguration.LongestStep)]
    public int SilenceTimeout { get; init; } = 60;

    /// <summary>What to sign in with where the url has no credentials; the first whose pattern matches counts.</summary>
    public IReadOnlyList<SourceCredentialsConfiguration> Credentials { get; init; } = [];
}
