namespace WazoPlugind.Api.Errors;

/// <summary>Ends a request with an error.</summary>
/// <param name="error">The error.</param>
internal sealed class ApiErrorException(ApiError error) : Exception(error.Message)
{
    /// <summary>The error.</summary>
    public ApiError Error { get; } = error;
}
