using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace WazoPlugind.StandIn;

/// <summary>Consul's agent: keeps what it was asked, and may refuse.</summary>
public sealed class StandInConsul
{
    private readonly Channel<StandInConsulRequest> _requests = Channel.CreateUnbounded<StandInConsulRequest>();

    /// <summary>The HTTP status of the answers.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>The requests, as they came.</summary>
    public ChannelReader<StandInConsulRequest> Requests => _requests.Reader;

    internal async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var body = request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0 ? await JsonNode.ParseAsync(request.Body) : null;
        context.Response.StatusCode = Status;
        await _requests.Writer.WriteAsync(new StandInConsulRequest(request.Path, request.Headers["X-Consul-Token"].ToString(), body));
    }
}
