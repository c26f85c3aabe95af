using System.ComponentModel.DataAnnotations;
using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Where wazo-auth is, and who this service is there (key <c>auth</c>).</summary>
public sealed record AuthConfiguration : IValidatableObject
{
    /// <summary>The host.</summary>
    [Host]
    public string Host { get; init; } = "localhost";

    /// <summary>The port.</summary>
    [Port]
    public int Port { get; init; } = 9497;

    /// <summary>What its paths begin with, behind a proxy; <c>a</c> is <c>/a</c>.</summary>
    [Line]
    public string? Prefix { get; init => field = value is null or "" or ['/', ..] ? value : "/" + value; }

    /// <summary>Whether it is asked over TLS.</summary>
    public bool Https { get; init; }

    /// <summary>The file with <c>service_id</c> and <c>service_key</c>.</summary>
    public string KeyFile { get; init; } = "/var/lib/wazo-auth-keys/wazo-plugind-key.yml";

    /// <summary>Used with <see cref="Password"/> instead of the key file.</summary>
    public string? Username { get; init; }

    /// <summary>Used with <see cref="Username"/> instead of the key file.</summary>
    public string? Password { get; init; }

    /// <summary>The master tenant; <c>null</c> to take the tenant of the service's own token.</summary>
    public string? MasterTenantUuid { get; init; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (KeyFile.Length == 0 && (Username is null || Password is null))
            yield return KeyProblem.Of(validationContext, nameof(KeyFile), "a file, or auth.username and auth.password");
    }

    /// <summary>Omits the values: they hold a password.</summary>
    public override string ToString() => nameof(AuthConfiguration);
}
