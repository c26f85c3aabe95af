using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Platform.Auth;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Platform.Tests.Confd;

public sealed class PlatformVersionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly HttpClient _http = new();
    private StandInServer _standIn = null!;

    public async Task InitializeAsync() => _standIn = await StandInServer.StartAsync(port: 0);

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _standIn.DisposeAsync();
    }

    [Fact]
    public async Task GetAsync_takes_the_environments_version_without_asking()
    {
        var version = Create(wazoVersion: "18.01", port: 1);

        Assert.Equal("18.01", await version.GetAsync(default));
    }

    [Fact]
    public async Task GetAsync_asks_confd_and_again_after_a_minute()
    {
        var version = Create();
        Assert.Equal("17.10", await version.GetAsync(default));
        await _http.PutAsync(
            new Uri(_standIn.Address, "/stand-in/settings"),
            new StringContent("""{"username": "plugind-service", "password": "plugind-password", "wazo_version": "17.11"}"""));

        Assert.Equal("17.10", await version.GetAsync(default));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("17.11", await version.GetAsync(default));
    }

    [Fact]
    public async Task GetAsync_without_confd_says_so()
    {
        var version = Create(port: 1);

        await Assert.ThrowsAsync<PlatformUnavailableException>(() => version.GetAsync(default));
    }

    [Fact]
    public async Task GetAsync_with_wrong_credentials_says_so()
    {
        var version = Create(password: "wrong");

        var error = await Assert.ThrowsAsync<PlatformUnavailableException>(() => version.GetAsync(default));
        Assert.DoesNotContain("wrong", error.Message);
    }

    private PlatformVersion Create(string? wazoVersion = null, int? port = null, string password = "plugind-password")
    {
        var used = port ?? _standIn.Address.Port;
        var configuration = new PlugindConfiguration
        {
            WazoVersion = wazoVersion,
            Confd = new ConfdConfiguration { Host = "127.0.0.1", Port = used },
            Auth = new AuthConfiguration { Host = "127.0.0.1", Port = used, Username = "plugind-service", Password = password },
        };
        return new PlatformVersion(_http, new WazoAuth(_http, configuration.Auth, configuration.Credentials()), configuration, _time);
    }
}
