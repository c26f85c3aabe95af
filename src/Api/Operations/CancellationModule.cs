using System.Text.Json.Nodes;
using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Commands;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Http;
using WazoPlugind.Messages;
using WazoPlugind.Operations;
using WazoPlugind.Operations.Changes;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Operations;

/// <summary>Cancels operations, and says what came of that.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="history">The operations that have begun.</param>
/// <param name="unstored">What has been asked for, and has not begun.</param>
/// <param name="commands">Takes what is asked for.</param>
/// <param name="changes">Tells that an operation may have ended.</param>
/// <param name="time">The clock.</param>
internal sealed class CancellationModule(
    Authenticator authenticator,
    OperationQueries history,
    UnstoredRequests unstored,
    CommandSender commands,
    OperationChanges changes,
    TimeProvider time)
    : ICarterModule
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly ObjectSchema Nothing = new();

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app) => app.Delete(OperationsModule.Collection + "/{uuid}", CancelAsync);

    private async Task CancelAsync(HttpRequest request, HttpResponse response)
    {
        var requester = await authenticator.RequireAsync(request, "plugind.operations.cancel");
        request.ReadQuery(Nothing, isClosed: true);
        var (uuid, operation) = await unstored.RequireAsync(request);
        if (HasEnded(operation))
            throw new ApiErrorException(ApiError.OperationEnded(operation));
        using var watch = changes.Watch();
        var since = time.GetUtcNow();
        await commands.SendAsync(new CancelOperationCommand { Uuid = uuid }, requester, key: null);
        if (await FindOutcomeAsync(uuid, since, watch, request.HttpContext.RequestAborted) is { } outcome)
        {
            if (outcome["status"]!.GetValue<string>() != OperationStatus.Cancelled)
                throw new ApiErrorException(ApiError.OperationEnded(outcome));
            await response.WriteJsonAsync(outcome);
            return;
        }

        // No worker has taken that yet.
        response.StatusCode = StatusCodes.Status202Accepted;
        await response.WriteJsonAsync((await unstored.RequireAsync(request)).Operation);
    }

    // The operation, once it has ended; or null.
    private async Task<JsonObject?> FindOutcomeAsync(Guid uuid, DateTimeOffset since, OperationWatch watch, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        while (!limit.IsCancellationRequested)
        {
            if (history.Find(uuid) is { } operation && HasEnded(operation))
                return operation;
            if (history.WasNotCancelled(uuid, since))
                throw new ApiErrorException(ApiError.OperationInPackageManager(uuid));
            await watch.NextAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return null;
    }

    private static bool HasEnded(JsonObject operation) =>
        operation["status"]!.GetValue<string>() is OperationStatus.Completed or OperationStatus.Error or OperationStatus.Cancelled;
}
