using System.ComponentModel.DataAnnotations;
using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Where the API listens (key <c>rest_api</c>).</summary>
public sealed record RestApiConfiguration : IValidatableObject
{
    /// <summary>The address.</summary>
    [IpAddress]
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>The port.</summary>
    [Port]
    public int Port { get; init; } = 9503;

    /// <summary>A PEM file; TLS is served when this and <see cref="PrivateKey"/> are set.</summary>
    [Line]
    public string? Certificate { get; init; }

    /// <summary>A PEM file.</summary>
    [Line]
    public string? PrivateKey { get; init; }

    /// <summary>Cross-origin requests.</summary>
    public CorsConfiguration Cors { get; init; } = new();

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Certificate is null && PrivateKey is not null)
            yield return KeyProblem.Of(validationContext, nameof(Certificate), "a file beside rest_api.private_key");
        if (PrivateKey is null && Certificate is not null)
            yield return KeyProblem.Of(validationContext, nameof(PrivateKey), "a file beside rest_api.certificate");
    }
}
