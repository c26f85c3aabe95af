using RabbitMQ.Client;

namespace WazoPlugind.Harness;

/// <summary>A virtual host of the real broker, for one test or a class of them.</summary>
public sealed class VirtualHost : IAsyncDisposable
{
    private readonly IDisposable _use;

    private VirtualHost(string name, IDisposable use) => (Name, _use) = (name, use);

    public string Name { get; }

    public static async Task<VirtualHost> CreateAsync()
    {
        var use = await BrokerUse.TogetherAsync();
        var name = $"plugind-test-{Guid.NewGuid():N}";
        await ControlAsync("add_vhost", name);
        await ControlAsync("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
        return new VirtualHost(name, use);
    }

    /// <summary>Connects as another program does.</summary>
    public Task<IConnection> ConnectAsync() => EventRecorder.ConnectAsync(Name);

    public async ValueTask DisposeAsync()
    {
        await ControlAsync("delete_vhost", Name);
        _use.Dispose();
    }

    /// <summary>Asks the broker's own command line.</summary>
    public static Task<string> ControlAsync(params string[] arguments) =>
        Shell.RunAsync("rabbitmqctl", ["--quiet", "--node", "rabbit@localhost", .. arguments]);
}
