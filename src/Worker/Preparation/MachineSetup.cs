using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Locks;
using WazoPlugind.Operations.Schema;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Worker.Preparation;

/// <summary>
/// Makes what the programs need and ends: for packages, and for brokers on which the workers themselves may not declare anything. What is
/// there stays as it is, so it can be run again, also after it was killed.
/// </summary>
internal static class MachineSetup
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Makes users, directories, database and queues.</summary>
    /// <param name="options">What the command line says.</param>
    /// <exception cref="ConfigurationException">Something cannot be made.</exception>
    public static async Task RunAsync(SetupOptions options)
    {
        var configuration = options.Common.LoadConfiguration(actsAsRoot: false).WithTransport(BusConfiguration.RabbitMq).Value;
        if (Environment.IsPrivilegedProcess)
            await MakeUsersAsync(configuration);
        if (options.TakesOver)
            new FormerState(configuration, Console.Out).TakeOver();
        foreach (var directory in (string[])
            [configuration.MetadataDir, configuration.DownloadDir, configuration.ExtractDir, configuration.BackupRulesDir, configuration.PackagesDir])
        {
            Make(directory, () => Directory.CreateDirectory(directory));
        }

        Make(configuration.Operations.Database, () => PrepareDatabase(configuration.Operations));
        if (!options.IsLocal && configuration.Bus.Transport != BusConfiguration.InMemory)
            await DeclareAsync(configuration.Bus);
    }

    private static async Task MakeUsersAsync(PlugindConfiguration configuration)
    {
        foreach (var name in ((string[])[configuration.User, configuration.Build.User]).Where(name => UnixUser.Find(name) is null))
        {
            var command = new Command(
                "useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/var/lib/wazo-plugind", "--shell", "/usr/sbin/nologin", "--", name);
            var result = await new CommandRunner(TimeProvider.System).RunAsync(command with { Timeout = Limit }, CancellationToken.None);
            // Someone else may have been quicker.
            if (!result.Succeeded && UnixUser.Find(name) is null)
                throw new ConfigurationException($"the user {name} cannot be made: {string.Join(' ', result.LastLines())}");
            await Console.Out.WriteLineAsync($"made the user {name}");
        }
    }

    private static void PrepareDatabase(OperationsConfiguration operations)
    {
        using var turn = new OrchestratorLock(operations.Database);
        // A worker that runs has it, and has made it.
        if (!turn.TryTake())
            return;
        using var database = new OperationDatabase(operations.DatabaseFiles(), TimeProvider.System, NullLogger.Instance);
        database.Prepare();
    }

    private static void Make(string path, Action make)
    {
        var isThere = Path.Exists(path);
        try
        {
            make();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: {e.Message}");
        }

        if (!isThere)
            Console.WriteLine($"made {path}");
    }

    private static async Task DeclareAsync(BusConfiguration bus)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var topology = new QueueTopology(bus, TimeProvider.System, NullLogger<QueueTopology>.Instance);
            // First where the others give up what comes back too often.
            string[] queues = [Queues.DeadLetters, .. Queues.All];
            var problems = await topology.DeclareAsync([.. queues, .. queues.Select(Queues.ErrorsOf)], limit.Token);
            if (problems.Values.FirstOrDefault(problem => problem is not null) is { } found)
                throw found;
            await using var connection = new BrokerConnection(bus, "wazo-plugind set-up");
            await DeclareExchangeAsync(connection, bus.ExchangeName, bus.ExchangeType, limit.Token);
            await DeclareExchangeAsync(connection, PluginOperationEnded.Exchange, ExchangeType.Fanout, limit.Token);
        }
        catch (Exception e)
        {
            throw new ConfigurationException(BrokerException.Of(e, bus).Message);
        }

        await Console.Out.WriteLineAsync("the queues are there");
    }

    private static async Task DeclareExchangeAsync(BrokerConnection connection, string name, string type, CancellationToken cancellationToken)
    {
        await using var channel = await (await connection.GetAsync(cancellationToken)).CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(name, type, durable: true, cancellationToken: cancellationToken);
    }
}
