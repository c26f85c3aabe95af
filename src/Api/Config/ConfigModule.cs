using System.Text.Json;
using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Api.Config;

/// <summary>Shows the effective configuration, without its secrets.</summary>
internal sealed class ConfigModule : CarterModule
{
    private readonly Authenticator _authenticator;

    // It cannot change while the process runs. Not made before it is asked for: modules are part of the start.
    private readonly Lazy<byte[]> _shown;

    /// <summary>Maps the route.</summary>
    public ConfigModule(Authenticator authenticator, LoadedConfiguration configuration)
    {
        _authenticator = authenticator;
        _shown = new Lazy<byte[]>(() => JsonSerializer.SerializeToUtf8Bytes(configuration.ToJson()));
        Get("/0.2/config", GetAsync);
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await _authenticator.RequireAsync(request, "plugind.config.read");
        await response.WriteJsonAsync(_shown.Value);
    }
}
