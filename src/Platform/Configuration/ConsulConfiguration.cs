using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Where Consul is (key <c>consul</c>).</summary>
public sealed record ConsulConfiguration
{
    /// <summary><c>http</c> or <c>https</c>.</summary>
    [OneOf("http", "https", InAnyCase = true)]
    public string Scheme { get; init; } = "http";

    /// <summary>The host.</summary>
    [Host]
    public string? Host { get; init; }

    /// <summary>The port.</summary>
    [Port]
    public int Port { get; init; } = 8500;

    /// <summary>The access token.</summary>
    public string? Token { get; init; }

    /// <summary>Omits the values: they hold a token.</summary>
    public override string ToString() => nameof(ConsulConfiguration);
}
