using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

/// <summary>
/// A platform to make journeys on: a virtual host of its own on the real broker, the stand-in for the services outside, an
/// API and a worker as separate processes, a subscriber to the events, and a directory for what the tests write.
/// </summary>
public sealed class Platform : IAsyncLifetime
{
    public const string Uuid = ServiceProcess.PlatformUuid;

    private readonly HashSet<string> _checked = [];

    private static readonly UnixFileMode Everyone = (UnixFileMode)0b111_111_111;

    public string Vhost { get; } = "acceptance-" + Guid.NewGuid().ToString("N")[..8];

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("plugind-acceptance-").FullName;

    public int Port { get; } = FreePort();

    public string ConfigFile => Path.Join(Directory, "config.yml");

    public string DownloadDirectory => Path.Join(Directory, "downloads");

    public string ExtractDirectory => Path.Join(Directory, "tmp");

    public BrokerProxy Broker { get; } = BrokerProxy.Start();

    public StandInServer StandIn { get; private set; } = null!;

    public EventRecorder Events { get; private set; } = null!;

    public ServiceProcess Api { get; private set; } = null!;

    public ServiceProcess? Worker { get; private set; }

    public PluginClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await PurgePluginsAsync();
        File.SetUnixFileMode(Directory, Everyone);
        await RabbitMqControlAsync("add_vhost", Vhost);
        await RabbitMqControlAsync("set_permissions", "-p", Vhost, "guest", ".*", ".*", ".*");
        StandIn = await StandInServer.StartAsync(port: 0);
        Events = await EventRecorder.StartAsync(Vhost);
        await WriteConfigurationAsync();
        Client = new PluginClient(Port, () => Events);
        await StartApiAsync(ConfigFile);
        await StartWorkerAsync();
        await WaitForBusAsync();
    }

    public async Task DisposeAsync()
    {
        await StopWorkerAsync();
        await Api.DisposeAsync();
        Client.Dispose();
        await Events.DisposeAsync();
        await StandIn.DisposeAsync();
        await Broker.DisposeAsync();
        await RabbitMqControlAsync("delete_vhost", Vhost);
        await PurgePluginsAsync();
        // Repositories may hold names that are no text.
        await Shell.RunAsync("rm", "-rf", "--one-file-system", Directory);
    }

    public Task<PluginRepository> CreatePluginAsync(
        string name, string version = "0.0.1", string manifest = "", string rules = "", string subdirectory = "") =>
        PluginRepository.CreateAsync(Directory, name, version, manifest, rules, subdirectory);

    /// <summary>Fills the market with plugins, each in the version that was committed last.</summary>
    public void OfferInMarket(params IEnumerable<PluginRepository> repositories) => StandIn.Market.Body = new JsonObject
    {
        ["items"] = new JsonArray([.. repositories.Select(repository => new JsonObject
        {
            ["namespace"] = PluginRepository.Namespace,
            ["name"] = repository.Name,
            ["versions"] = new JsonArray(new JsonObject { ["version"] = repository.Version, ["options"] = new JsonObject { ["url"] = repository.Url } }),
        })]),
    }.ToJsonString();

    public Task StartWorkerAsync(string? configuration = null, string? fault = null, params string[] arguments)
    {
        Worker = ServiceProcess.Start("Worker", "wazo-plugind-worker", fault, ["-c", configuration ?? ConfigFile, .. arguments]);
        return Task.CompletedTask;
    }

    /// <summary>Lets the worker run with other settings until the result is disposed of.</summary>
    /// <param name="settings">Lines of YAML, whole top-level keys.</param>
    /// <param name="arguments">More of the command line. With a part of the roles nothing waits until all have a worker.</param>
    public async Task<IAsyncDisposable> ReconfigureWorkerAsync(string settings, params string[] arguments)
    {
        await StopWorkerAsync();
        await StartWorkerAsync(await ConfigureAsync(settings), fault: null, arguments);
        if (arguments.Length == 0)
            await WaitForWorkerAsync();
        return new Restoration(this);
    }

    public async Task RestartApiAsync(string settings = "")
    {
        await Api.DisposeAsync();
        await StartApiAsync(await ConfigureAsync(settings));
    }

    /// <summary>Subscribes again, after the broker has ended the subscription.</summary>
    public async Task RestartEventsAsync()
    {
        await Events.DisposeAsync();
        Events = await EventRecorder.StartAsync(Vhost);
    }

    /// <summary>Waits until the broker takes messages and every queue has a worker.</summary>
    public async Task WaitForBusAsync()
    {
        await Wait.UntilAsync(
            async () =>
            {
                var components = await Client.GetAsync("/0.2/status");
                return components["bus"]!["status"]!.GetValue<string>() == "ok" && components["worker"]!["status"]!.GetValue<string>() == "ok";
            },
            "the bus");
    }

    /// <summary>Waits until the API says that every queue has a worker, or has none.</summary>
    public async Task WaitForWorkerAsync(string status = "ok")
    {
        await Wait.UntilAsync(
            async () =>
            {
                var components = await Client.GetAsync("/0.2/status");
                Assert.Equal("ok", components["bus"]!["status"]!.GetValue<string>());
                return components["worker"]!["status"]!.GetValue<string>() == status;
            },
            $"the worker's status '{status}'");
    }

    public async Task StopWorkerAsync()
    {
        var worker = Worker;
        Worker = null;
        if (worker is not null)
            await worker.DisposeAsync();
    }

    /// <summary>
    /// What must hold after every journey: each operation has ended, what the completed ones promised is so for dpkg, dpkg is
    /// whole, and no work directory is left once its events are told.
    /// </summary>
    public async Task AssertPromisesKeptAsync()
    {
        var operations = await EndedOperationsAsync();
        // What a later operation did counts; after one that failed, either may be so.
        Dictionary<string, PromisedVersion?> promised = [];
        foreach (var operation in operations.Where(operation => _checked.Add(operation["uuid"]!.GetValue<string>())))
        {
            if (operation["plugin"] is not { } plugin)
                continue;
            var package = $"wazo-plugind-{plugin["name"]}-{plugin["namespace"]}";
            if (operation["status"]!.GetValue<string>() != "completed")
                promised.Remove(package);
            else if (operation["action"]!.GetValue<string>() == "uninstall")
                promised[package] = null;
            else
                promised[package] = new PromisedVersion(plugin["version"]?.GetValue<string>(), IsLeast: operation["action"]!.GetValue<string>() == "update");
            foreach (var removed in operation["removed_packages"]?.AsArray() ?? [])
                promised[removed!.GetValue<string>()] = null;
        }

        foreach (var (package, version) in promised)
        {
            var installed = await InstalledVersionAsync(package);
            Assert.True(version is null ? installed is null : installed is not null && await version.IsKeptAsync(installed), $"{package}: promised {version}, installed {installed}");
        }

        // They are not there before the first worker. What one journey left is not the next one's failure.
        foreach (var directory in ((string[])[DownloadDirectory, ExtractDirectory]).Where(System.IO.Directory.Exists))
            await AssertNothingLeftAsync(directory);
        Assert.Empty(await Shell.RunAsync("dpkg", "--audit"));
    }

    private async Task AssertNothingLeftAsync(string directory)
    {
        IReadOnlyList<string> left = [];
        try
        {
            await Wait.ForAsync(
                () =>
                {
                    left = [.. System.IO.Directory.EnumerateFileSystemEntries(directory).Except(_checked)];
                    return Task.FromResult(left.Count == 0 ? left : null);
                },
                () => $"the end of {string.Join(", ", left)}");
        }
        finally
        {
            _checked.UnionWith(left);
        }
    }

    /// <summary>Every operation, the first that ended first, once all have.</summary>
    private async Task<IReadOnlyList<JsonNode>> EndedOperationsAsync()
    {
        IReadOnlyList<JsonNode> operations = [];
        return await Wait.ForAsync(
            async () =>
            {
                operations = [.. (await Client.GetAsync("/0.2/operations?order=finished_at&direction=asc"))["items"]!.AsArray().Select(operation => operation!)];
                return operations.All(HasEnded) ? operations : null;
            },
            () => "the end of " + string.Join(", ", operations.Where(operation => !HasEnded(operation)).Select(operation => operation.ToJsonString())));

        static bool HasEnded(JsonNode operation) => operation["finished_at"] is not null;
    }

    public static async Task<string?> InstalledVersionAsync(string package)
    {
        var (exitCode, output) = await Shell.TryAsync("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", package);
        return exitCode == 0 && output.Split(' ') is ["installed", var version] ? version : null;
    }

    /// <summary>Waits until a plugin's own code has written a file.</summary>
    public static Task WaitForFileAsync(string file) => Wait.UntilAsync(() => Task.FromResult(File.Exists(file)), file);

    /// <summary>Connects to the broker, as another service does.</summary>
    public Task<IConnection> ConnectAsync() => EventRecorder.ConnectAsync(Vhost);

    /// <summary>Sends a message, and waits until the broker has it on its disk.</summary>
    public async Task SendAsync(string exchange, BasicProperties properties, string body)
    {
        properties.DeliveryMode = DeliveryModes.Persistent;
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(exchange, "", mandatory: true, properties, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Waits until messages wait in a queue, which may have to be made first.</summary>
    public Task WaitForMessagesAsync(string queue, int count) => Wait.UntilAsync(
        async () => await CountAsync(queue) >= count, $"{count} messages in {queue}");

    /// <summary>Takes a message out of a queue, once there is one.</summary>
    public Task<BasicGetResult> TakeAsync(string queue) => Wait.ForAsync(
        () => AskAsync(async channel => await channel.BasicGetAsync(queue, autoAck: true)), () => $"a message in {queue}");

    /// <summary>How many messages a queue has, none where there is no queue.</summary>
    public async Task<uint> CountAsync(string queue) =>
        (await AskAsync(async channel => await channel.QueueDeclarePassiveAsync(queue)))?.MessageCount ?? 0;

    private async Task<T?> AskAsync<T>(Func<IChannel, Task<T?>> ask)
        where T : class
    {
        try
        {
            await using var connection = await ConnectAsync();
            await using var channel = await connection.CreateChannelAsync();
            return await ask(channel);
        }
        catch (OperationInterruptedException)
        {
            // There is no such queue before the first error, or it is being made.
            return null;
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task PurgePluginsAsync()
    {
        var (_, packages) = await Shell.TryAsync(
            "dpkg-query", "--show", "--showformat=${Package}\\n", $"wazo-plugind-*-{PluginRepository.Namespace}");
        foreach (var package in packages.Split('\n').Where(line => line.StartsWith("wazo-plugind-", StringComparison.Ordinal)))
            await Shell.TryAsync("dpkg", "--force-all", "--purge", package);
    }

    public static Task<string> RabbitMqControlAsync(params string[] arguments) =>
        Shell.RunAsync("rabbitmqctl", ["--quiet", "--node", "rabbit@localhost", .. arguments]);

    /// <summary>Writes a configuration of its own.</summary>
    /// <param name="settings">Lines of YAML, whole top-level keys.</param>
    public async Task<string> ConfigureAsync(string settings)
    {
        var file = Path.Join(Directory, $"config-{Guid.NewGuid():N}.yml");
        var keys = settings.Split('\n').Where(line => line.Length > 0 && !char.IsWhiteSpace(line[0])).Select(line => line.Split(':')[0]).ToList();
        var kept = (await File.ReadAllLinesAsync(ConfigFile)).Where(line => !keys.Contains(line.Split(':')[0]));
        await File.WriteAllTextAsync(file, string.Join('\n', kept) + "\n" + settings);
        return file;
    }

    private async Task StartApiAsync(string configuration)
    {
        Api = ServiceProcess.Start("Api", "wazo-plugind-api", "-c", configuration);
        await Client.WaitUntilReadyAsync(Api);
    }

    private Task WriteConfigurationAsync() => File.WriteAllTextAsync(ConfigFile, $$"""
        debug: true
        log_file: {{Directory}}/plugind.log
        extra_config_files: {{Directory}}/conf.d
        download_dir: {{DownloadDirectory}}
        extract_dir: {{ExtractDirectory}}
        packages_dir: {{Directory}}/packages
        auth: {host: 127.0.0.1, port: {{StandIn.Address.Port}}, username: plugind-service, password: plugind-password}
        confd: {host: 127.0.0.1, port: {{StandIn.Address.Port}}}
        market: {host: 127.0.0.1, port: {{StandIn.Address.Port}}}
        rest_api: {port: {{Port}}}
        bus: {vhost: {{Vhost}}, host: 127.0.0.1, port: {{Broker.Port}}}
        operations: {database: {{Directory}}/operations.db}
        build: {sandbox: none}
        worker: {install_retry_delay: 1}
        """);

    private sealed class Restoration(Platform platform) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await platform.StopWorkerAsync();
            await platform.StartWorkerAsync();
            await platform.WaitForWorkerAsync();
        }
    }
}
