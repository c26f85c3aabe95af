using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform;
using WazoPlugind.Platform.Auth;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Start;

/// <summary>Says whether a program could start and work, for an administrator who does not want to start it yet (<c>--check</c>).</summary>
public static class StartCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Asks the broker and wazo-auth, and says what there is to say.</summary>
    /// <param name="report">What the program would say at its start.</param>
    /// <param name="configuration">Says where they are.</param>
    /// <param name="output">Is told.</param>
    /// <exception cref="ConfigurationException">What keeps the program from doing what it is for, one a line.</exception>
    public static async Task RunAsync(StartReport report, PlugindConfiguration configuration, TextWriter output)
    {
        await output.WriteLineAsync(report.Line);
        foreach (var warning in report.Warnings)
            await output.WriteLineAsync($"warning: {warning}");
        List<string> problems = [.. report.Problems];
        if (configuration.Bus.Transport != BusConfiguration.InMemory)
            await TryAsync("the broker takes the login", () => AskBrokerAsync(configuration.Bus));
        await TryAsync("wazo-auth takes the service's credentials", () => AskAuthAsync(configuration));
        if (problems.Count > 0)
            throw new ConfigurationException(string.Join('\n', problems.Select(problem => $"error: {problem}")));

        async Task TryAsync(string success, Func<Task> ask)
        {
            try
            {
                await ask();
                await output.WriteLineAsync($"ok: {success}");
            }
            catch (Exception e) when (e is BrokerException or PlatformUnavailableException)
            {
                problems.Add(e.Message);
            }
        }
    }

    private static async Task AskBrokerAsync(BusConfiguration bus)
    {
        await using var connection = new BrokerConnection(bus, "wazo-plugind check");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await connection.GetAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw connection.Explain(e);
        }
    }

    private static async Task AskAuthAsync(PlugindConfiguration configuration)
    {
        using var http = CoreSetup.PlatformClient();
        await new WazoAuth(http, configuration.Auth, configuration.Credentials()).CreateServiceTokenAsync(CancellationToken.None);
    }
}
