using System.Diagnostics;
using System.Net;
using Carter;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Commands;
using WazoPlugind.Api.Config;
using WazoPlugind.Api.Discovery;
using WazoPlugind.Api.Documentation;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Http;
using WazoPlugind.Api.Installations;
using WazoPlugind.Api.Market;
using WazoPlugind.Api.Operations;
using WazoPlugind.Api.Operations.Events;
using WazoPlugind.Api.Plugins;
using WazoPlugind.Api.Status;
using WazoPlugind.Debian.Database;
using WazoPlugind.Hosting;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Hosting.Log;
using WazoPlugind.Hosting.Start;
using WazoPlugind.Messages;
using WazoPlugind.Operations;
using WazoPlugind.Operations.Changes;
using WazoPlugind.Operations.Events;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Machine;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Listing;

namespace WazoPlugind.Api;

/// <summary>Composes the HTTP front end.</summary>
public static class ApiSetup
{
    /// <summary>The largest body that is read, in bytes: as large as a command on the bus may be.</summary>
    public const long MaxBodySize = CommandEndpoint.MaxSize;

    // A client that is slower holds a connection for nothing.
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Runs the front end by itself, as the configured user.</summary>
    /// <param name="options">What the command line says.</param>
    /// <param name="beginning">The application's builder.</param>
    internal static async Task RunAsync(CommandLineOptions options, Task<WebApplicationBuilder> beginning)
    {
        var loaded = options.LoadConfiguration(actsAsRoot: false).WithTransport(BusConfiguration.RabbitMq);
        ProcessUser.BecomeConfigured(loaded.Value);
        var report = StartReport.Of("wazo-plugind-api", loaded, ["api"]);
        if (options.Checks)
        {
            await StartCheck.RunAsync(report, loaded.Value, Console.Out);
            return;
        }

        var connection = Connect(loaded.Value.Bus);
        // While the rest starts: what asks for the status of a new process would wait for the connection. What fails is told below.
        _ = Task.Run(async () => await connection.GetAsync(CancellationToken.None)).ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
        var builder = await beginning;
        builder.Logging.UsePlugindLog(loaded.Value, report);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddPlugindSystemd();
        builder.Services.AddSingleton(_ => connection);
        builder.Services.AddPlugindApi(loaded);
        var app = builder.Build();
        _ = app.Services.GetRequiredService<BusStatus>().GetAsync(CancellationToken.None);
        await app.Services.GetRequiredService<MasterTenant>().StartAsync(CancellationToken.None);
        app.MapPlugindApi();
        await app.RunUntilStoppedAsync();
    }

    /// <summary>Adds the front end's services.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="loaded">The effective configuration.</param>
    public static void AddPlugindApi(this IServiceCollection services, LoadedConfiguration loaded)
    {
        var configuration = loaded.Value;
        services.AddSingleton(loaded);
        services.AddPlugindCore(configuration);
        services.TryAddSingleton<PluginPackages>();
        services.TryAddSingleton<InstalledPlugins>();
        services.AddSingleton(configuration.Auth);
        services.AddSingleton<MasterTenant>();
        services.AddHostedService(provider => provider.GetRequiredService<MasterTenant>());
        services.AddSingleton<Authenticator>();
        services.AddSingleton<PluginAccess>();
        services.AddSingleton<MarketListings>();
        services.AddSingleton<PackageSizes>();
        services.TryAddSingleton<BrokenPlugins>();
        services.AddSingleton<InstallationRecords>();
        services.TryAddSingleton(provider => new OperationQueries(
            configuration.Operations.Database, provider.GetRequiredService<ILogger<OperationQueries>>()));
        services.TryAddSingleton(provider => new OperationEventQueries(
            configuration.Operations.Database, provider.GetRequiredService<ILogger<OperationEventQueries>>()));
        services.TryAddSingleton(_ => new OperationChanges(configuration.Operations.Database));
        services.AddSingleton<EventFeed>();
        services.AddSingleton<UnstoredRequests>();
        services.AddSingleton<AdmissionControl>();
        services.AddSingleton<KeyedRequests>();
        services.AddSingleton<CommandSender>();
        // Where there is no broker the worker in the same process has another one.
        services.TryAddSingleton<ICommandPublisher>(provider => provider.GetRequiredService<CommandPublisher>());
        services.TryAddSingleton<CommandPublisher>();
        services.TryAddSingleton(_ => Connect(configuration.Bus));
        services.AddSingleton(provider => new BusStatus(
            configuration.Bus,
            configuration.Bus.Transport == BusConfiguration.InMemory ? null : provider.GetRequiredService<CommandPublisher>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BusStatus>>()));
        services.TryAddSingleton<MachineTools>();
        services.AddSingleton<ServiceStatus>();
        services.AddSingleton<ApiDescription>();
        services.AddSingleton<RefusedRequests>();
        if (configuration.ServiceDiscovery.Enabled)
            services.AddHostedService<ConsulRegistration>();
        services.AddRouting();
        // One by one: finding them would read every type, and those that only Carter knows of are not in what is compiled ahead of time.
        services.AddSingleton<ICarterModule, PluginsModule>();
        services.AddSingleton<ICarterModule, InstallationsModule>();
        services.AddSingleton<ICarterModule, MarketModule>();
        services.AddSingleton<ICarterModule, StatusModule>();
        services.AddSingleton<ICarterModule, ConfigModule>();
        services.AddSingleton<ICarterModule, DocumentationModule>();
        services.AddSingleton<ICarterModule, OperationsModule>();
        services.AddSingleton<ICarterModule, CancellationModule>();
        services.AddSingleton<ICarterModule, OutputModule>();
        services.AddSingleton<ICarterModule, EventsModule>();
        services.AddCarter(
            new DependencyContextAssemblyCatalog(assemblies: [typeof(ApiSetup).Assembly]),
            carter => carter.WithEmptyModules().WithEmptyValidators().WithEmptyResponseNegotiators());
        services.Configure<KestrelServerOptions>(kestrel => Configure(kestrel, configuration.RestApi, configuration.Credentials()));
    }

    /// <summary>Adds the front end's part of the pipeline.</summary>
    /// <param name="app">The application.</param>
    public static void MapPlugindApi(this WebApplication app)
    {
        app.Services.GetRequiredService<RefusedRequests>().ObserveIn(app.Services.GetRequiredService<DiagnosticListener>());
        app.UseMiddleware<LocalProxyMiddleware>();
        app.UseForwardedHeaders(LocalProxyMiddleware.Forwarded);
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<CrossOriginMiddleware>();
        app.UseMiddleware<ErrorResponses>();
        app.UseMiddleware<RequestPathMiddleware>();
        app.UseRouting();
        app.UseMiddleware<ExactRouteMiddleware>();
        app.MapCarter();
    }

    private static BrokerConnection Connect(BusConfiguration bus) => new(bus, "wazo-plugind api");

    private static void Configure(KestrelServerOptions kestrel, RestApiConfiguration configuration, SystemdCredentials credentials)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodySize;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.MinRequestBodyDataRate = SlowestBody;
        var certificate = ServerCertificate.Load(configuration, credentials);
        kestrel.Listen(IPAddress.Parse(configuration.Listen), configuration.Port, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        });
    }
}
