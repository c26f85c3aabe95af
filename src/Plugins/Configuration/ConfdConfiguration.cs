namespace WazoPlugind.Plugins.Configuration;

/// <summary>Where wazo-confd is (key <c>confd</c>).</summary>
public sealed record ConfdConfiguration
{
    /// <summary>The host.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The port.</summary>
    public int Port { get; init; } = 9486;

    /// <summary>The version of its API.</summary>
    public string Version { get; init; } = "1.1";

    /// <summary>What its paths begin with, behind a proxy.</summary>
    public string? Prefix { get; init; }

    /// <summary>Whether it is asked over TLS.</summary>
    public bool Https { get; init; }
}
