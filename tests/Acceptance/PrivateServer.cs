using System.Net;
using System.Text;

namespace WazoPlugind.Acceptance;

/// <summary>Serves a repository over HTTP to those who have the password.</summary>
public sealed class PrivateServer : IAsyncDisposable
{
    public const string User = "deploy";

    private readonly HttpListener _listener = new();
    private readonly PluginRepository _repository;
    private readonly Task _serving;

    private PrivateServer(PluginRepository repository)
    {
        _repository = repository;
        Address = $"127.0.0.1:{Platform.FreePort()}";
        _listener.Prefixes.Add($"http://{Address}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Nothing else on the machine holds it; in a url it has to be escaped.</summary>
    public string Password { get; } = $"S3cret{Guid.NewGuid():N}/ä";

    public string Address { get; }

    public string Url => $"http://{Address}/plugin.git";

    public string UrlWithPassword => $"http://{User}:{Uri.EscapeDataString(Password)}@{Address}/plugin.git";

    public static async Task<PrivateServer> StartAsync(PluginRepository repository)
    {
        await repository.GitAsync("update-server-info");
        return new PrivateServer(repository);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
        while (await NextAsync() is { } context)
        {
            var file = Path.Join(_repository.Path, ".git", context.Request.Url!.AbsolutePath.Replace("/plugin.git", "", StringComparison.Ordinal));
            context.Response.Headers["WWW-Authenticate"] = "Basic realm=\"git\"";
            context.Response.StatusCode = context.Request.Headers["Authorization"] != expected ? 401 : File.Exists(file) ? 200 : 404;
            if (context.Response.StatusCode == 200)
                await context.Response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(file));
            context.Response.Close();
        }
    }

    private async Task<HttpListenerContext?> NextAsync()
    {
        try
        {
            return await _listener.GetContextAsync();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            return null;
        }
    }
}
