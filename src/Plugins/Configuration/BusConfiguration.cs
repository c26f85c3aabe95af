namespace WazoPlugind.Plugins.Configuration;

/// <summary>The message broker (key <c>bus</c>).</summary>
public sealed record BusConfiguration
{
    /// <summary>The broker's host.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The broker's port.</summary>
    public int Port { get; init; } = 5672;

    /// <summary>Whether to speak TLS with the broker.</summary>
    public bool Tls { get; init; }

    /// <summary>A PEM file with the authorities that may have signed the broker's certificate; <c>null</c> for the system's.</summary>
    public string? CaCertificate { get; init; }

    /// <summary>The user.</summary>
    public string Username { get; init; } = "guest";

    /// <summary>The password.</summary>
    public string Password { get; init; } = "guest";

    /// <summary>The virtual host.</summary>
    public string Vhost { get; init; } = "/";

    /// <summary>The exchange that the platform's events go to.</summary>
    public string ExchangeName { get; init; } = "wazo-headers";

    /// <summary>That exchange's type.</summary>
    public string ExchangeType { get; init; } = "headers";

    /// <summary><c>rabbitmq</c> or <c>in-memory</c>; <c>null</c> for what the program is made for.</summary>
    public string? Transport { get; init; }

    /// <summary>Where the platform's events go with the in-memory transport, one JSON line each; <c>-</c> is standard output.</summary>
    public string EventsFile { get; init; } = "-";

    /// <summary>Omits the values: they hold a password.</summary>
    public override string ToString() => nameof(BusConfiguration);
}
