namespace WazoPlugind.Api;

/// <summary>Writes JSON answers.</summary>
internal static class JsonResponse
{
    /// <summary>Writes a body that is already JSON, with its length, so that HEAD has it too.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="json">UTF-8 JSON.</param>
    public static async Task WriteJsonAsync(this HttpResponse response, ReadOnlyMemory<byte> json)
    {
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.Body.WriteAsync(json, response.HttpContext.RequestAborted);
    }
}
