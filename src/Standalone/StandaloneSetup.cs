using WazoPlugind.Api;
using WazoPlugind.Hosting;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Hosting.Log;
using WazoPlugind.Hosting.Start;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker;

namespace WazoPlugind.Standalone;

/// <summary>Composes the one process.</summary>
internal static class StandaloneSetup
{
    /// <summary>Runs the API and a worker together.</summary>
    /// <param name="options">What the command line says.</param>
    public static async Task RunAsync(CommandLineOptions options)
    {
        var loaded = options.LoadConfiguration(actsAsRoot: true);
        loaded = options.IsStandalone ? loaded.WithoutBroker() : loaded.WithTransport(loaded.NamesBroker ? BusConfiguration.RabbitMq : BusConfiguration.InMemory);
        var configuration = loaded.Value;
        var report = StartReport.Of("wazo-plugind", loaded, ["api", .. WorkerRoles.All]);
        if (options.Checks)
        {
            await StartCheck.RunAsync(report, configuration, Console.Out);
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.UsePlugindLog(configuration, report);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddPlugindSystemd();
        builder.Services.AddPlugindApi(loaded);
        builder.Services.AddPlugindWorker(configuration, WorkerRoles.All);
        var app = builder.Build();
        app.MapPlugindApi();
        await app.RunUntilStoppedAsync();
    }
}
