using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Installing_by_a_proxy(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Asks_sources_by_that_of_the_environment_and_the_platform_without_it_and_shows_no_credentials()
    {
        await using var proxy = new HttpProxy { User = "deploy" };
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(proxy.UrlWithCredentials)));
        var repository = await Platform.CreatePluginAsync(
            "proxied",
            // With a limit of the platform's version, for which confd is asked with a token of wazo-auth.
            manifest: "max_wazo_version: '99.99'",
            // Whoever removes it has another environment.
            rules: $"env; [ $1 = uninstall ] || [ \"$(printf %s \"$HTTP_PROXY\" | sha256sum)\" = '{hash}  -' ]");
        await using var server = await PrivateServer.StartAsync(repository);
        await using var worker = await StartWorkerAsync(proxy);

        AssertCompleted(await Platform.Client.InstallAsync(new JsonObject { ["url"] = server.UrlWithPassword }));

        Assert.NotEmpty(proxy.Requests);
        Assert.All(proxy.Requests, request => Assert.StartsWith($"GET {server.Url}/", request));
        foreach (var form in (string[])[proxy.Password, Uri.EscapeDataString(proxy.Password)])
        {
            var (_, files) = await Shell.TryAsync("grep", "-rlaFs", form, Platform.Directory, "/usr/lib/wazo-plugind/plugins", "/var/lib/dpkg/info");
            Assert.Equal("", files);
            Assert.DoesNotContain(form, (await Platform.Client.GetAsync("/0.2/operations")).ToJsonString());
            Assert.All(Platform.Events.All, message => Assert.DoesNotContain(form, message.Body.ToJsonString()));
        }
    }

    // What it starts with is its environment for good.
    private async Task<IAsyncDisposable> StartWorkerAsync(HttpProxy proxy)
    {
        Environment.SetEnvironmentVariable("http_proxy", proxy.UrlWithCredentials);
        try
        {
            return await Platform.ReconfigureWorkerAsync("");
        }
        finally
        {
            Environment.SetEnvironmentVariable("http_proxy", null);
        }
    }
}
