using Carter;
using Microsoft.Net.Http.Headers;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Http;
using WazoPlugind.Operations.Events;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Operations;

/// <summary>What the commands of an operation have written, as far as it is kept.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="unstored">Finds the operation.</param>
/// <param name="events">Has the output.</param>
internal sealed class OutputModule(Authenticator authenticator, UnstoredRequests unstored, OperationEventQueries events) : ICarterModule
{
    private static readonly ObjectSchema Query = new(new Field("step", StringSchema.Line), new Field("tail", new IntegerSchema(0)));

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app) => app.Get(OperationsModule.Collection + "/{uuid}/output", GetAsync);

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, OperationsModule.ReadAccess);
        var query = request.ReadQuery(Query, isClosed: true);
        var (uuid, _) = await unstored.RequireAsync(request);
        var lines = OutputLine.Of(events.Output(uuid, query.Text("step")));
        if (query["tail"] is not null)
            lines = lines.TakeLast((int)Math.Min(query.Number("tail"), int.MaxValue));
        response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        if (WantsJson(request))
            await response.WriteJsonAsync(OutputLine.ToJson(lines));
        else
            await response.WriteAsync(OutputLine.ToText(lines), "text/plain; charset=utf-8");
    }

    // What is named first of those that are wanted alike; text for who names neither.
    private static bool WantsJson(HttpRequest request) => request.GetTypedHeaders().Accept
        .OrderByDescending(accepted => accepted.Quality ?? 1)
        .Select(accepted => accepted.MediaType.Value)
        .FirstOrDefault(type => type is "application/json" or "text/plain") == "application/json";
}
