using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Operations;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Commands;

/// <summary>Hands commands to the worker. On return a command is safe, whether a worker runs or not.</summary>
/// <param name="publisher">Takes them.</param>
/// <param name="configuration">Says how many may wait.</param>
/// <param name="load">Knows whether there are too many.</param>
/// <param name="logger">Is told of failures.</param>
internal sealed partial class CommandSender(
    ICommandPublisher publisher, PlugindConfiguration configuration, AdmissionControl load, ILogger<CommandSender> logger)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Sends a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="requester">Who asks.</param>
    /// <exception cref="ApiErrorException">There are too many operations, or the command was not taken within two seconds.</exception>
    public async Task SendAsync(IOperationMessage command, OperationRequester requester)
    {
        // Not the request's: a client that goes away after the broker has the command must not make it half sent.
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            if (!await load.TryAddAsync(limit.Token))
                throw new ApiErrorException(ApiError.TooManyOperations(configuration.Limits.Operations));
            await publisher.PublishAsync(command, requester, limit.Token);
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
