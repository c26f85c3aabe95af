using System.Security.Cryptography.X509Certificates;
using System.Text;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Bus;
using ConfigurationException = WazoPlugind.Platform.Configuration.ConfigurationException;

namespace WazoPlugind.Worker.Tests;

/// <summary>Every way to the broker, to one whose certificate is good and to those whose is not: these get to know nothing.</summary>
public sealed class BrokerTlsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-tls-").FullName;
    private readonly X509Certificate2 _authority = TestCertificate.OfAuthority("authority");
    private readonly X509Certificate2 _between;
    private readonly X509Certificate2 _unknown = TestCertificate.OfAuthority("unknown");

    public BrokerTlsTests() => _between = TestCertificate.OfAuthority("between", _authority);

    public void Dispose()
    {
        _authority.Dispose();
        _between.Dispose();
        _unknown.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    public static TheoryData<string, string, bool> Connections()
    {
        TheoryData<string, string, bool> connections = [];
        foreach (var client in (string[])["client", "worker's bus"])
        {
            foreach (var broker in (string[])["good", "good, between", "good, itself"])
                connections.Add(client, broker, true);
            foreach (var broker in (string[])["unknown to the system", "unknown", "other name", "expired", "not a server's", "between not sent"])
                connections.Add(client, broker, false);
        }

        return connections;
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task Only_a_broker_with_a_good_certificate_is_spoken_to(string client, string broker, bool isGood)
    {
        using var certificate = broker switch
        {
            "good, between" or "between not sent" => TestCertificate.OfServer("localhost", _between),
            "good, itself" => TestCertificate.OfServer("localhost", issuer: null),
            "unknown" => TestCertificate.OfServer("localhost", _unknown),
            "other name" => TestCertificate.OfServer("other.example", _authority),
            "expired" => TestCertificate.OfServer("localhost", _authority, days: -1),
            "not a server's" => TestCertificate.OfServer("localhost", _authority, purpose: "1.3.6.1.5.5.7.3.2"),
            _ => TestCertificate.OfServer("localhost", _authority),
        };
        using var server = broker == "good, between" ? new TlsServer(certificate, _between) : new TlsServer(certificate);
        var bus = new BusConfiguration
        {
            Host = "localhost",
            Port = server.Port,
            Tls = true,
            // The broker's own will do too, where it has signed that itself.
            CaCertificate = broker == "unknown to the system" ? null : Write((broker == "good, itself" ? certificate : _authority).ExportCertificatePem()),
        };

        await using var connecting = await ConnectAsync(client, bus);

        Assert.Equal(isGood ? "AMQP" : "", Encoding.ASCII.GetString(await server.Said.WaitAsync(Limit)).Split('\0')[0]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")]
    public void Authorities_that_cannot_be_read_stop_the_start_with_the_key_and_the_file(string? content)
    {
        var file = content is null ? Path.Join(_directory, "none.pem") : Write(content);
        var configuration = new PlugindConfiguration { Bus = new BusConfiguration { Tls = true, CaCertificate = file } };

        var error = Assert.Throws<ConfigurationException>(() => new ServiceCollection().AddPlugindWorker(configuration, WorkerRoles.All));

        Assert.StartsWith($"bus.ca_certificate: {file}: ", error.Message);
    }

    private static async Task<IAsyncDisposable> ConnectAsync(string client, BusConfiguration bus)
    {
        if (client == "client")
        {
            await Assert.ThrowsAsync<BrokerUnreachableException>(() => ConnectionSetup.Factory(bus, "test").CreateConnectionAsync());
            return new Connecting(() => Task.CompletedTask);
        }

        var configuration = new PlugindConfiguration { Bus = bus };
        var services = new ServiceCollection().AddLogging().AddSingleton(configuration);
        services.AddPlugindBus(bus, _ => { });
        var provider = services.BuildServiceProvider();
        var control = provider.GetRequiredService<IBusControl>();
        var stopping = new CancellationTokenSource();
        Task started = control.StartAsync(stopping.Token);
        return new Connecting(async () =>
        {
            // Until it is told to stop it would try again.
            await stopping.CancelAsync();
            await started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.Dispose();
            await provider.DisposeAsync();
        });
    }

    private string Write(string pem)
    {
        var file = Path.Join(_directory, "ca.pem");
        File.WriteAllText(file, pem);
        return file;
    }

    private sealed class Connecting(Func<Task> stop) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await stop();
    }
}
