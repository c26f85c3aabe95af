using Microsoft.Net.Http.Headers;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Http;

/// <summary>
/// Lets pages of any origin use the API, answered as the recordings show: the origin, or <c>*</c> where none is named, which
/// ASP.NET's own middleware leaves out.
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="configuration">Says whether, and which request headers pages may send.</param>
internal sealed class CrossOriginMiddleware(RequestDelegate next, PlugindConfiguration configuration)
{
    private const string Methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

    private readonly CorsConfiguration _cors = configuration.RestApi.Cors;

    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!_cors.Enabled)
            return next(context);
        var (request, response) = (context.Request.Headers, context.Response.Headers);
        // Anything else is no origin (RFC 6454, 6.2), and cannot be put into a header.
        var origin = request.Origin.ToString() is var sent && sent.All(character => character is > ' ' and <= '~') ? sent : "";
        response.AccessControlAllowOrigin = origin.Length > 0 ? origin : "*";
        if (origin.Length > 0)
            response.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (context.Request.Method == HttpMethods.Options && request.AccessControlRequestMethod.Count > 0)
        {
            response.AccessControlAllowMethods = Methods;
            response.AccessControlAllowHeaders = AllowedOf(request.AccessControlRequestHeaders.ToString());
        }

        return next(context);
    }

    private string AllowedOf(string requested) => string.Join(
        ", ",
        requested.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(header => _cors.AllowHeaders.Contains(header, StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.OrdinalIgnoreCase));
}
