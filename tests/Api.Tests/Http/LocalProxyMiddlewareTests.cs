using System.Net;
using Microsoft.AspNetCore.Http;
using WazoPlugind.Api.Http;

namespace WazoPlugind.Api.Tests.Http;

public sealed class LocalProxyMiddlewareTests
{
    [Theory]
    [InlineData("127.0.0.1", "/api/plugind", "/api/plugind")]
    [InlineData("::1", "/api/plugind", "/api/plugind")]
    [InlineData("::ffff:127.0.0.1", "/api", "/api")]
    [InlineData("192.0.2.1", "/api/plugind", "")]
    [InlineData("127.0.0.1", "api", "")]
    [InlineData("127.0.0.1", "/", "")]
    [InlineData("127.0.0.1", "/a\n/b", "")]
    [InlineData("127.0.0.1", "/a b: c", "")]
    [InlineData("127.0.0.1", "//evil.example", "")]
    public async Task The_prefix_is_taken_from_a_proxy_on_this_machine_only(string from, string header, string expected)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(from) } };
        context.Request.Headers["X-Script-Name"] = header;

        await new LocalProxyMiddleware(_ => Task.CompletedTask).InvokeAsync(context);

        Assert.Equal(expected, context.Request.PathBase.Value);
    }
}
