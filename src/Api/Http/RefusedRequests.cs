using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using WazoPlugind.Api.Errors;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Api.Http;

/// <summary>
/// Gives the shape of every other error to what the server refuses before there is a request: an address that is too long, too many
/// headers, what is not HTTP. The server tells of it in an event, and would answer with a status alone.
/// </summary>
/// <param name="time">The clock of the timestamps.</param>
/// <param name="logger">Is told of each.</param>
internal sealed partial class RefusedRequests(TimeProvider time, ILogger<RefusedRequests> logger) : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Begins to answer.</summary>
    /// <param name="events">The server's events.</param>
    public void ObserveIn(DiagnosticListener events) => events.Subscribe(this, name => name == BadRequest);

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is not IFeatureCollection features
            || features.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException refusal
            || features.Get<IHttpResponseFeature>() is not { HasStarted: false } response
            // HTTP/2 has its own way to end a stream.
            || features.Get<IHttp2StreamIdFeature>() is not null)
        {
            return;
        }

        var reason = ReasonOf(refusal);
        var error = refusal.StatusCode == StatusCodes.Status408RequestTimeout ? ApiError.TooSlow() : ApiError.Refused(refusal.StatusCode, reason);
        var body = Encoding.UTF8.GetBytes(error.ToJson(time.GetUtcNow()).ToJsonString());
        response.Headers.ContentType = "application/json";
        response.Headers.ContentLength = body.Length;
        response.Headers.Connection = "close";
        var id = RequestId.Create();
        response.Headers[RequestLog.IdHeader] = id;
        LogRefused(refusal.StatusCode, reason, features.Get<IHttpConnectionFeature>()?.RemoteIpAddress?.ToString() ?? "-", id);
        _ = AnswerAsync(features, body);
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    // The server quotes what it refuses, and that may be a token.
    private static string ReasonOf(BadHttpRequestException refusal) => refusal.Message.Split('\'', 2)[0].TrimEnd(':', ' ', '.');

    // There is no stream for a body yet; the server ends the connection after this.
    private static async Task AnswerAsync(IFeatureCollection features, ReadOnlyMemory<byte> body)
    {
        try
        {
            await features.GetRequiredFeature<IHttpResponseBodyFeature>().StartAsync();
            var isHead = features.GetRequiredFeature<IHttpRequestFeature>().Method == HttpMethods.Head;
            await features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output.WriteAsync(isHead ? default : body);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // Nobody is there to answer to.
        }
    }

    [LoggerMessage(LogLevel.Information, "Refused with {Status}, from {Client}: {Reason}, request {Request}")]
    private partial void LogRefused(int status, string reason, string client, string request);
}
