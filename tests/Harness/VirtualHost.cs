using RabbitMQ.Client;

namespace WazoPlugind.Harness;

/// <summary>A virtual host of the real broker, for one test or a class of them.</summary>
public sealed class VirtualHost : IAsyncDisposable
{
    private VirtualHost(string name) => Name = name;

    public string Name { get; }

    public static async Task<VirtualHost> CreateAsync()
    {
        var name = $"plugind-test-{Guid.NewGuid():N}";
        await ControlAsync("add_vhost", name);
        await ControlAsync("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
        return new VirtualHost(name);
    }

    /// <summary>Connects as another program does.</summary>
    public Task<IConnection> ConnectAsync() => EventRecorder.ConnectAsync(Name);

    public async ValueTask DisposeAsync() => await ControlAsync("delete_vhost", Name);

    private static Task<string> ControlAsync(params string[] arguments) =>
        Shell.RunAsync("rabbitmqctl", ["--quiet", "--node", "rabbit@localhost", .. arguments]);
}
