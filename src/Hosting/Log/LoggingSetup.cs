using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting.Display;
using WazoPlugind.Hosting.Start;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Hosting.Log;

/// <summary>Sends the log to standard error and to the configured file, if there is one.</summary>
public static class LoggingSetup
{
    private const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} [{ProcessId}] ({Level:u4}) ({SourceContext}): {Message:l} {Scope:l}{NewLine}{Exception}";
    private const string JournalTemplate = "({SourceContext}): {Message:l} {Scope:l}{NewLine}{Exception}";

    // Of the worker: a message that it gives back, as it could not answer it. That the broker was away is said, and MassTransit says this twice.
    private const string Unanswered = "StepUnansweredException";

    // Of MassTransit.
    private static readonly string[] Repeated = ["Connection Failed", "Bus start faulted", "ReceiveTransport Cannot Retry"];

    /// <summary>Replaces the log's destinations, and logs what the configuration gives reason to warn of.</summary>
    /// <param name="logging">The host's logging.</param>
    /// <param name="configuration">Says the level and the file.</param>
    /// <param name="report">What the program says of itself.</param>
    public static void UsePlugindLog(this ILoggingBuilder logging, PlugindConfiguration configuration, StartReport report)
    {
        // Without a file the log is the journal's, which has time and process itself.
        var isJournal = configuration.LogFile is null;
        var formatter = new LineFormatter(
            new MessageTemplateTextFormatter(isJournal ? JournalTemplate : Template, CultureInfo.InvariantCulture), configuration.Debug, isJournal);
        SelfLog.Enable(Console.Error);
        var setup = new LoggerConfiguration()
            .MinimumLevel.Is(configuration.Debug ? LogEventLevel.Debug : Level(configuration.LogLevel))
            .Enrich.WithProperty("ProcessId", Environment.ProcessId)
            .Enrich.FromLogContext()
            // Standard output is the events' where there is no broker.
            .WriteTo.Console(formatter, standardErrorFromLevel: LogEventLevel.Verbose);
        if (configuration.LogFile is { } file)
            setup.WriteTo.Sink(new AppendingFileSink(file, OwnerOf(configuration), formatter));
        if (!configuration.Debug)
        {
            setup.MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("MassTransit", LogEventLevel.Warning)
                // Every few seconds, with stack traces; the worker says once what it is, and what to do.
                .Filter.ByExcluding(line => line.Exception?.GetType().Name == Unanswered
                    || Repeated.Any(text => line.MessageTemplate.Text.StartsWith(text, StringComparison.Ordinal)));
        }

        // Its errors come again: a failed start from the program in one line, a failed service as fatal.
        setup.MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal);
        // The platform's own clients log the paths of their requests, which hold tokens.
        setup.MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning);
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Trace);
        var logger = setup.CreateLogger();
        logger.Information("{Line}", report.Line);
        foreach (var warning in report.Warnings.Concat(report.Problems))
            logger.Warning("{Warning}", warning);
        logging.AddSerilog(logger, dispose: true);
    }

    /// <summary>Creates the log, for the user who writes to it, if it is not there and can be; a line that cannot be written says why.</summary>
    /// <param name="configuration">Says where it is, and whose.</param>
    public static void CreateLogFile(PlugindConfiguration configuration)
    {
        if (configuration.LogFile is not { } file)
            return;
        try
        {
            LibC.OpenForAppending(file, OwnerOf(configuration)).Dispose();
        }
        catch (IOException)
        {
            // The log of whoever writes to it says so.
        }
    }

    // Root writes whatever the permissions are, its user only what is its own.
    private static UnixUser? OwnerOf(PlugindConfiguration configuration) =>
        Environment.IsPrivilegedProcess ? UnixUser.Find(configuration.User) : null;

    private static LogEventLevel Level(string name) => name.ToLowerInvariant() switch
    {
        "debug" => LogEventLevel.Debug,
        "info" => LogEventLevel.Information,
        "warning" => LogEventLevel.Warning,
        "error" => LogEventLevel.Error,
        _ => LogEventLevel.Fatal,
    };
}
