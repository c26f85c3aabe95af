using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Where wazo-confd is (key <c>confd</c>).</summary>
public sealed record ConfdConfiguration
{
    /// <summary>The host.</summary>
    [Host]
    public string Host { get; init; } = "localhost";

    /// <summary>The port.</summary>
    [Port]
    public int Port { get; init; } = 9486;

    /// <summary>The version of its API.</summary>
    [Line]
    public string Version { get; init; } = "1.1";

    /// <summary>What its paths begin with, behind a proxy; <c>a</c> is <c>/a</c>.</summary>
    [Line]
    public string? Prefix { get; init => field = value is null or "" or ['/', ..] ? value : "/" + value; }

    /// <summary>Whether it is asked over TLS.</summary>
    public bool Https { get; init; }
}
