using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Api.Discovery;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Discovery;

public sealed class ConsulRegistrationTests : IAsyncLifetime
{
    private const string Register = "/v1/agent/service/register";
    private const string Refresh = "/v1/agent/check/pass/service:wazo-plugind-1234";
    private const string Deregister = "/v1/agent/service/deregister/wazo-plugind-1234";

    private readonly FakeTimeProvider _time = new();
    private readonly HttpClient _http = new();
    private readonly LogLines _log = new();
    private StandInServer _standIn = null!;

    public async Task InitializeAsync() => _standIn = await StandInServer.StartAsync(port: 0);

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _standIn.DisposeAsync();
    }

    [Fact]
    public async Task The_service_is_registered_refreshed_and_deregistered()
    {
        using var registration = Create(new ServiceDiscoveryConfiguration { AdvertiseAddress = "192.0.2.5", ExtraTags = ["blue"] });

        await registration.StartAsync(default);
        var entry = await NextAsync();
        Assert.Equal((Register, "consul-token"), (entry.Path, entry.Token));
        Assert.Equal(
            """{"ID":"wazo-plugind-1234","Name":"wazo-plugind","Address":"192.0.2.5","Port":9503,"Tags":["wazo-plugind","1234","blue"],"Check":{"TTL":"30s","Status":"passing"}}""",
            entry.Body!.ToJsonString());
        var registeredAt = _time.GetUtcNow();
        Assert.Equal(Refresh, (await NextAsync()).Path);
        Assert.True((_time.GetUtcNow() - registeredAt).TotalSeconds >= 27);
        Assert.Equal(Refresh, (await NextAsync()).Path);
        await registration.StopAsync(default);
        Assert.Equal(Deregister, (await NextAsync()).Path);
    }

    [Fact]
    public async Task An_agent_that_forgot_the_service_is_told_again()
    {
        using var registration = Create(new ServiceDiscoveryConfiguration { AdvertiseAddress = "192.0.2.5" });
        await registration.StartAsync(default);
        Assert.Equal(Register, (await NextAsync()).Path);

        _standIn.Consul.Status = (int)HttpStatusCode.NotFound;
        Assert.Equal(Refresh, (await NextAsync()).Path);
        Assert.Equal(Register, (await NextAsync()).Path);
        _standIn.Consul.Status = (int)HttpStatusCode.OK;
        Assert.Equal(Register, (await NextAsync()).Path);
        Assert.Equal(Refresh, (await NextAsync()).Path);
        await registration.StopAsync(default);
    }

    [Fact]
    public async Task The_address_is_that_of_the_interface()
    {
        using var registration = Create(new ServiceDiscoveryConfiguration { AdvertiseAddressInterface = "lo" });

        await registration.StartAsync(default);

        Assert.Equal("127.0.0.1", (await NextAsync()).Body!["Address"]!.GetValue<string>());
        await registration.StopAsync(default);
    }

    [Fact]
    public async Task An_agent_that_comes_later_is_told_then()
    {
        var port = _standIn.Address.Port;
        await _standIn.DisposeAsync();
        using var registration = Create(new ServiceDiscoveryConfiguration { AdvertiseAddress = "192.0.2.5" }, port);
        await registration.StartAsync(default);
        await _log.WaitAsync("cannot be registered in Consul");

        _standIn = await StandInServer.StartAsync(port);

        Assert.Equal(Register, (await NextAsync()).Path);
        await registration.StopAsync(default);
    }

    [Fact]
    public async Task An_interface_that_there_is_not_is_named()
    {
        using var registration = Create(new ServiceDiscoveryConfiguration { AdvertiseAddressInterface = "none0" });
        await registration.StartAsync(default);

        await _log.WaitAsync("'none0' has no address");

        await registration.StopAsync(default);
        Assert.False(_standIn.Consul.Requests.TryRead(out _));
    }

    // The pause before a request begins a moment after the request before it.
    private async Task<StandInConsulRequest> NextAsync()
    {
        var next = _standIn.Consul.Requests.ReadAsync().AsTask();
        while (!next.IsCompleted)
        {
            await Task.WhenAny(next, Task.Delay(20));
            if (!next.IsCompleted)
                _time.Advance(TimeSpan.FromSeconds(1));
        }

        return await next;
    }

    private ConsulRegistration Create(ServiceDiscoveryConfiguration discovery, int? port = null) => new(
        _http,
        new PlugindConfiguration
        {
            Uuid = "1234",
            ServiceDiscovery = discovery,
            Consul = new ConsulConfiguration { Host = "127.0.0.1", Port = port ?? _standIn.Address.Port, Token = "consul-token" },
        },
        _time,
        _log);

    private sealed class LogLines : ILogger<ConsulRegistration>
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public async Task WaitAsync(string text)
        {
            while (!(await _lines.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Contains(text, StringComparison.Ordinal))
            {
            }
        }

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Writer.TryWrite(formatter(state, exception));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
