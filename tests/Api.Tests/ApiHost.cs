using System.Text.Json.Nodes;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Debian.Database;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Hosting.Log;
using WazoPlugind.Hosting.Start;
using WazoPlugind.Operations.Schema;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

/// <summary>The front end on a real port, with the stand-in for wazo-auth and a machine whose installed plugins a test decides.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _directory;

    private ApiHost(WebApplication app, string directory) => (_app, _directory) = (app, directory);

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public Uri Address => new(_app.Urls.First());

    /// <summary>The database of operations; there is none.</summary>
    public string OperationsFile => Path.Join(_directory, "operations.db");

    /// <summary>dpkg's status file.</summary>
    public string StatusFile => Path.Join(_directory, "status");

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a front end.</summary>
    /// <param name="authPort">The port of wazo-auth.</param>
    /// <param name="configure">Changes the configuration.</param>
    /// <param name="manifests">The plugin.yml of installed plugins.</param>
    /// <param name="tree">What the configuration files say.</param>
    public static async Task<ApiHost> StartAsync(
        int authPort,
        Func<PlugindConfiguration, PlugindConfiguration>? configure = null,
        IReadOnlyList<string>? manifests = null,
        JsonObject? tree = null)
    {
        var directory = Directory.CreateTempSubdirectory("plugind-api-").FullName;
        var status = Path.Join(directory, "status");
        await File.WriteAllTextAsync(status, string.Concat((manifests ?? []).Select(manifest => Install(directory, manifest))));
        var configuration = new PlugindConfiguration
        {
            MetadataDir = directory,
            LogFile = Path.Join(directory, "log"),
            Auth = new AuthConfiguration { Host = "127.0.0.1", Port = authPort, Username = "plugind-service", Password = "plugind-password" },
            Bus = new BusConfiguration { Transport = BusConfiguration.InMemory },
            Operations = new OperationsConfiguration { Database = Path.Join(directory, "operations.db") },
            RestApi = new RestApiConfiguration { Port = 0 },
        };
        configuration = configure?.Invoke(configuration) ?? configuration;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Logging.UsePlugindLog(configuration, new StartReport("", [], []));
        builder.Services.AddSingleton(new DpkgStatus(status));
        // In the one process without a broker the worker has one that stores.
        if (configuration.Bus.Transport == BusConfiguration.InMemory)
            builder.Services.AddSingleton<ICommandPublisher>(new AcceptingPublisher());
        builder.Services.AddPlugindApi(new LoadedConfiguration("/etc/wazo-plugind/config.yml", configuration, [], tree ?? []));
        var app = builder.Build();
        app.MapPlugindApi();
        await app.StartAsync();
        var host = new ApiHost(app, directory);
        host.Client.BaseAddress = host.Address;
        return host;
    }

    /// <summary>Waits until the master tenant is known.</summary>
    public async Task<ApiHost> ReadyAsync()
    {
        while (!(await GetAsync("/0.2/status")).Contains("\"master_tenant\":{\"status\":\"ok\"}", StringComparison.Ordinal))
            await Task.Delay(10);
        return this;
    }

    public async Task<string> GetAsync(string path, string token = StandInServer.MasterToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Auth-Token", token);
        using var response = await Client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Makes the database of operations, as a worker does.</summary>
    /// <param name="rows">What it stores, as SQL.</param>
    public void PrepareOperations(string? rows = null)
    {
        using var database = new OperationDatabase([OperationsFile, OperationsFile + "-wal", OperationsFile + "-shm"], TimeProvider.System, NullLogger.Instance);
        database.Prepare();
        if (rows is not null)
            database.Write((connection, transaction) => connection.Execute(rows, transaction: transaction));
    }

    /// <summary>The log, once it has a text: a request is logged after it is answered.</summary>
    public async Task<string> ReadLogAsync(string text)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            var log = await File.ReadAllTextAsync(Path.Join(_directory, "log"));
            if (log.Contains(text, StringComparison.Ordinal))
                return log;
            await Task.Delay(20);
        }

        throw new TimeoutException($"the log does not say '{text}': {await File.ReadAllTextAsync(Path.Join(_directory, "log"))}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static string Install(string directory, string manifest)
    {
        string Value(string key) => manifest.Split('\n').First(line => line.StartsWith(key + ": ", StringComparison.Ordinal))[(key.Length + 2)..];
        var plugin = Directory.CreateDirectory(Path.Join(directory, Value("namespace"), Value("name"), "wazo"));
        File.WriteAllText(Path.Join(plugin.FullName, "plugin.yml"), manifest);
        var info = Directory.CreateDirectory(Path.Join(directory, "info"));
        File.WriteAllText(Path.Join(info.FullName, $"wazo-plugind-{Value("name")}-{Value("namespace")}.list"), $"/.\n{plugin.FullName}/plugin.yml\n");
        return $"Package: wazo-plugind-{Value("name")}-{Value("namespace")}\nStatus: install ok installed\n"
            + $"Section: wazo-plugind-plugin\nVersion: {Value("version")}\n\n";
    }
}
