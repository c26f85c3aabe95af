namespace WazoPlugind.Platform.Configuration;

/// <summary>Which pages of other origins may use the API (key <c>rest_api.cors</c>).</summary>
public sealed record CorsConfiguration
{
    /// <summary>Whether any may.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The request headers that they may send.</summary>
    public IReadOnlyList<string> AllowHeaders { get; init; } = ["Content-Type", "X-Auth-Token"];
}
