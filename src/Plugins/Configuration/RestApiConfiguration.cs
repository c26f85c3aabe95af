namespace WazoPlugind.Plugins.Configuration;

/// <summary>Where the API listens (key <c>rest_api</c>).</summary>
public sealed record RestApiConfiguration
{
    /// <summary>The address.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>The port.</summary>
    public int Port { get; init; } = 9503;

    /// <summary>A PEM file; TLS is served when this and <see cref="PrivateKey"/> are set.</summary>
    public string? Certificate { get; init; }

    /// <summary>A PEM file.</summary>
    public string? PrivateKey { get; init; }

    /// <summary>Cross-origin requests.</summary>
    public CorsConfiguration Cors { get; init; } = new();
}
