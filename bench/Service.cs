using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RabbitMQ.Client;

namespace WazoPlugind.Bench;

/// <summary>The front end, a worker and the stand-in as processes of their own, on a virtual host of the broker.</summary>
internal sealed class Service : IAsyncDisposable
{
    public const int Port = 19603;
    private const int StandInPort = 19597;
    private const string Vhost = "plugind-bench";
    private const string Token = "00000000-0000-4000-8000-000000000101";

    private static readonly string[] Queues =
    [
        "plugind-commands", "plugind-operations", "plugind-fetch", "plugind-build", "plugind-install",
        "plugind-requests",
    ];

    private readonly string _repository;
    private readonly string _config;
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
    private ServiceProcess _standIn = null!;
    private ServiceProcess? _api;
    private ServiceProcess? _worker;

    private Service(string repository, string directory) => (_repository, Directory, _config) = (repository, directory, Path.Join(directory, "config.yml"));

    public string Directory { get; }

    public EventRecorder Events { get; private set; } = null!;

    public static async Task<Service> PrepareAsync(string repository)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("plugind-bench-").FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        var service = new Service(repository, directory);
        await DeleteVhostAsync();
        await ControlAsync("add_vhost", Vhost);
        await ControlAsync("set_permissions", "-p", Vhost, "guest", ".*", ".*", ".*");
        await File.WriteAllTextAsync(service._config, $$"""
            log_file: /dev/null
            extra_config_files: {{directory}}/conf.d
            download_dir: {{directory}}/downloads
            extract_dir: {{directory}}/tmp
            packages_dir: {{directory}}/packages
            rest_api: {port: {{Port}}}
            auth: {host: 127.0.0.1, port: {{StandInPort}}, username: plugind-service, password: plugind-password}
            confd: {host: 127.0.0.1, port: {{StandInPort}}}
            market: {host: 127.0.0.1, port: {{StandInPort}}}
            bus: {vhost: {{Vhost}}, host: 127.0.0.1}
            operations: {database: {{directory}}/operations.db}
            limits: {operations: 1000000}
            """);
        service._http.DefaultRequestHeaders.Add("X-Auth-Token", Token);
        service._standIn = service.Start("StandIn/wazo-stand-in", StandInPort.ToString(CultureInfo.InvariantCulture));
        await WaitAsync(async () => (await new HttpClient().GetAsync($"http://127.0.0.1:{StandInPort}/1.1/infos")).StatusCode == HttpStatusCode.Unauthorized);
        service.Events = await EventRecorder.StartAsync(Vhost);
        return service;
    }

    /// <summary>Starts the front end, and gives the milliseconds until its status says that all but the worker is well.</summary>
    public async Task<double> StartApiAsync()
    {
        var started = Stopwatch.GetTimestamp();
        _api = Start("Installed/wazo-plugind-api", "--trust-writable-files", "-c", _config);
        await WaitAsync(() => IsWellAsync("rest_api", "master_tenant", "bus"));
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>Starts a worker, and gives the milliseconds until it takes messages from all queues.</summary>
    public async Task<double> StartWorkerAsync()
    {
        await using var connection = await EventRecorder.ConnectAsync(Vhost);
        var channel = await connection.CreateChannelAsync();
        var started = Stopwatch.GetTimestamp();
        _worker = Start("Installed/wazo-plugind-worker", "--trust-writable-files", "-c", _config);
        foreach (var queue in Queues)
        {
            await WaitAsync(async () =>
            {
                // A queue that is not there yet closes it.
                if (channel.IsClosed)
                    channel = await connection.CreateChannelAsync();
                return (await channel.QueueDeclarePassiveAsync(queue)).ConsumerCount > 0;
            });
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public async Task StopApiAsync()
    {
        await StopAsync(_api);
        _api = null;
    }

    public async Task StopWorkerAsync()
    {
        await StopAsync(_worker);
        _worker = null;
    }

    /// <summary>Waits until the front end accepts commands.</summary>
    public Task WaitForBusAsync() => WaitAsync(() => IsWellAsync("worker"));

    public static async Task SetMarketAsync(string body)
    {
        using var http = new HttpClient();
        (await http.PutAsync($"http://127.0.0.1:{StandInPort}/stand-in/market", new StringContent(body))).EnsureSuccessStatusCode();
    }

    public Task<string> InstallAsync(Plugin plugin) => RequestAsync(HttpMethod.Post, "/0.2/plugins", InstallBody(plugin));

    public Task<string> UpdateAsync(Plugin plugin) => RequestAsync(HttpMethod.Put, $"/0.2/plugins/{Plugin.Namespace}/{plugin.Name}");

    public Task<string> UninstallAsync(Plugin plugin) => RequestAsync(HttpMethod.Delete, $"/0.2/plugins/{Plugin.Namespace}/{plugin.Name}");

    /// <summary>Asks for something that ends soon in an error, for the history.</summary>
    public Task<string> FailAsync() => RequestAsync(HttpMethod.Post, "/0.2/plugins", new JsonObject
    {
        ["method"] = "market",
        ["options"] = new JsonObject { ["namespace"] = "bench", ["name"] = "no-such-plugin" },
    });

    public static JsonObject InstallBody(Plugin plugin) => new() { ["method"] = "git", ["options"] = new JsonObject { ["url"] = plugin.Url } };

    /// <summary>Asks for a path from eight connections for two seconds.</summary>
    public async Task<Load> LoadAsync(string path, string? script = null)
    {
        var before = _api!.ProcessorTime;
        string[] body = script is null ? [] : ["--script", script];
        var output = await Shell.RunAsync(
            "wrk",
            ["--connections", "8", "--threads", "1", "--duration", "2s", "--latency", "--header", $"X-Auth-Token: {Token}", .. body, $"http://127.0.0.1:{Port}{path}"]);
        var requests = double.Parse(Match(@"(\d+) requests in").Groups[1].Value, CultureInfo.InvariantCulture);
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"{path}: {output}");
        var slowest = Match(@"99%\s+([\d.]+)(us|ms|s)\b");
        var unit = slowest.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 };
        return new Load(
            double.Parse(Match(@"Requests/sec:\s+([\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture),
            double.Parse(slowest.Groups[1].Value, CultureInfo.InvariantCulture) * unit,
            (_api.ProcessorTime - before).TotalMilliseconds / requests);

        Match Match(string pattern) => Regex.Match(output, pattern) is { Success: true } match ? match : throw new InvalidOperationException(output);
    }

    /// <summary>What the front end has taken of the processors.</summary>
    public TimeSpan ApiProcessorTime => _api!.ProcessorTime;

    /// <summary>Reads along what happens, once that has begun.</summary>
    /// <param name="stop">Ends it.</param>
    /// <returns>Ends with the reading.</returns>
    public async Task<Task> ReadEventsAsync(CancellationToken stop)
    {
        var body = await _http.GetStreamAsync("/0.2/operations/events", stop);
        return Task.Run(
            async () =>
            {
                await using (body)
                    await body.CopyToAsync(Stream.Null, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            },
            CancellationToken.None);
    }

    /// <summary>The memory of the front end and of the worker, in megabytes: what they share is counted by halves.</summary>
    public (double Api, double Worker) Memory()
    {
        return (Of(_api!), Of(_worker!));

        // "Pss:" and kilobytes (proc_pid_smaps(5)).
        static double Of(ServiceProcess process) => File.ReadLines($"/proc/{process.Id}/smaps_rollup")
            .Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) / 1024;
    }

    /// <summary>Counts the messages that are published to the virtual host while something is done.</summary>
    public static async Task<int> CountMessagesAsync(Func<Task> work)
    {
        await ControlAsync("trace_on", "-p", Vhost);
        await using var connection = await EventRecorder.ConnectAsync(Vhost);
        await using var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, "amq.rabbitmq.trace", "publish.#");
        await work();
        await ControlAsync("trace_off", "-p", Vhost);
        return (int)(await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_api);
        await StopAsync(_worker);
        await StopAsync(_standIn);
        await Events.DisposeAsync();
        await DeleteVhostAsync();
        var packages = await Shell.RunAsync("sh", "-c", "dpkg-query --show --showformat='${Package} ' 'wazo-plugind-*-bench' 2> /dev/null || true");
        if (packages.Length > 0)
            await Shell.RunAsync("dpkg", ["--purge", .. packages.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        _http.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static Task<string> ControlAsync(params string[] arguments) =>
        Shell.RunAsync("rabbitmqctl", ["--quiet", "--node", "rabbit@localhost", .. arguments]);

    private static async Task StopAsync(ServiceProcess? process)
    {
        if (process is not null)
            await process.DisposeAsync();
    }

    private static async Task DeleteVhostAsync()
    {
        if ((await ControlAsync("list_vhosts")).Split('\n').Contains(Vhost))
            await ControlAsync("delete_vhost", Vhost);
    }

    private ServiceProcess Start(string program, params string[] arguments) =>
        ServiceProcess.Start([Path.Join(_repository, "artifacts", program), .. arguments]);

    private async Task<string> RequestAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!["uuid"]!.GetValue<string>();
    }

    private async Task<bool> IsWellAsync(params string[] components)
    {
        var status = (await _http.GetFromJsonAsync<JsonNode>("/0.2/status"))!;
        return components.All(component => status[component]!["status"]!.GetValue<string>() == "ok");
    }

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await condition())
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                // It is not there yet.
            }

            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(30))
                throw new TimeoutException("a program did not start");
            // Asking more often would slow down what is measured.
            await Task.Delay(10);
        }
    }
}
