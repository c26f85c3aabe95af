using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Operations;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Commands;

/// <summary>Hands commands to the worker. On return a command is safe, whether a worker runs or not.</summary>
/// <param name="publisher">Takes them.</param>
/// <param name="keyed">Knows those that may come again.</param>
/// <param name="configuration">Says how many may wait.</param>
/// <param name="load">Knows whether there are too many.</param>
/// <param name="logger">Is told of failures.</param>
internal sealed partial class CommandSender(
    ICommandPublisher publisher, KeyedRequests keyed, PlugindConfiguration configuration, AdmissionControl load, ILogger<CommandSender> logger)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Sends a command. One that ends an operation is sent however many there are.</summary>
    /// <param name="command">The command.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="key">The key of its request, or <c>null</c>.</param>
    /// <returns>The operation's uuid: with a key another one than the command's.</returns>
    /// <exception cref="ApiErrorException">There are too many operations, or the command was not taken within two seconds.</exception>
    public async Task<Guid> SendAsync(IOperationMessage command, OperationRequester requester, RequestKey? key)
    {
        if (key is null)
        {
            await SendAsync(command, requester, idempotency: null);
            return command.Uuid;
        }

        var (operation, idempotency) = keyed.Begin(key, command.Uuid);
        var isAccepted = false;
        try
        {
            await SendAsync(WithUuid(command, operation), requester, idempotency);
            isAccepted = true;
            return operation;
        }
        finally
        {
            keyed.End(key, isAccepted);
        }
    }

    private static IOperationMessage WithUuid(IOperationMessage command, Guid uuid) => command switch
    {
        InstallPluginCommand install => install with { Uuid = uuid },
        UninstallPluginCommand uninstall => uninstall with { Uuid = uuid },
        UpdatePluginCommand update => update with { Uuid = uuid },
        UpdateAllPluginsCommand all => all with { Uuid = uuid },
        PlanOperationCommand plan => plan with { Uuid = uuid },
        _ => throw new ArgumentException($"no uuid can be given to {command.GetType().Name}", nameof(command)),
    };

    private async Task SendAsync(IOperationMessage command, OperationRequester requester, RequestIdempotency? idempotency)
    {
        // Not the request's: a client that goes away after the broker has the command must not make it half sent.
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            if (command is not CancelOperationCommand && !await load.TryAddAsync(limit.Token))
                throw new ApiErrorException(ApiError.TooManyOperations(configuration.Limits.Operations));
            await publisher.PublishAsync(command, requester, idempotency, limit.Token);
            LogAccepted(command.Uuid);
        }
        catch (Exception e) when (limit.IsCancellationRequested && e is BrokerException or OperationCanceledException)
        {
            throw Unavailable(command, $"the broker did not confirm the command within {Limit.TotalSeconds} s");
        }
        catch (BrokerException e)
        {
            throw Unavailable(command, e.Message);
        }
        catch (Exception e) when (e is not ApiErrorException)
        {
            LogUnexpected(e, command.Uuid);
            throw new ApiErrorException(ApiError.BusUnavailable("the command could not be stored"));
        }
    }

    [LoggerMessage(LogLevel.Information, "Operation {Operation} is accepted")]
    private partial void LogAccepted(Guid operation);

    private ApiErrorException Unavailable(IOperationMessage command, string reason)
    {
        LogUnavailable(command.Uuid, reason);
        return new ApiErrorException(ApiError.BusUnavailable(reason));
    }

    [LoggerMessage(LogLevel.Warning, "The command of operation {Operation} is refused, and will not be carried out: {Reason}")]
    private partial void LogUnavailable(Guid operation, string reason);

    [LoggerMessage(LogLevel.Error, "The command of operation {Operation} could not be stored")]
    private partial void LogUnexpected(Exception exception, Guid operation);
}
