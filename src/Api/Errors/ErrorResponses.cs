using WazoPlugind.Api.Http;
using WazoPlugind.Operations;

namespace WazoPlugind.Api.Errors;

/// <summary>Gives every error, whoever makes it, the one shape that clients know.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="time">The clock of the timestamps.</param>
/// <param name="logger">Is told of what nobody expected.</param>
internal sealed partial class ErrorResponses(RequestDelegate next, TimeProvider time, ILogger<ErrorResponses> logger)
{
    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed && AnswerOptions(context))
                return;
            if (context.Response is { HasStarted: false, ContentLength: null, ContentType: null } && FromStatus(context) is { } error)
                await WriteAsync(context, error);
        }
        catch (ApiErrorException e)
        {
            await WriteAsync(context, e.Error);
        }
        catch (OperationsUnavailableException)
        {
            await WriteAsync(context, ApiError.OperationsUnavailable());
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await WriteAsync(context, ApiError.TooLarge(ApiSetup.MaxBodySize));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            await WriteAsync(context, ApiError.TooSlow());
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, ApiError.InvalidBody(e.Message) with { Status = e.StatusCode });
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer to.
        }
        catch (Exception e)
        {
            LogUnexpected(e);
            await WriteAsync(context, ApiError.Internal(context.TraceIdentifier));
        }
    }

    // Routing knows the methods of an address and refuses the rest, OPTIONS too: that is what OPTIONS asks for.
    private static bool AnswerOptions(HttpContext context)
    {
        var response = context.Response;
        response.Headers.Allow = $"{response.Headers.Allow}, {HttpMethods.Options}";
        if (context.Request.Method != HttpMethods.Options)
            return false;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = 0;
        return true;
    }

    private static ApiError? FromStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => ApiError.NotFound(context.Request.Path.Value ?? ""),
        StatusCodes.Status405MethodNotAllowed => ApiError.MethodNotAllowed(context.Request.Method),
        _ => null,
    };

    private async Task WriteAsync(HttpContext context, ApiError error)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return;
        }

        response.StatusCode = error.Status;
        await response.WriteJsonAsync(error.ToJson(time.GetUtcNow()));
    }

    [LoggerMessage(LogLevel.Error, "A request failed unexpectedly")]
    private partial void LogUnexpected(Exception exception);
}
