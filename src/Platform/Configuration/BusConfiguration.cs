using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>The message broker (key <c>bus</c>).</summary>
public sealed record BusConfiguration
{
    /// <summary>The value of <see cref="Transport"/> for a broker.</summary>
    public const string RabbitMq = "rabbitmq";

    /// <summary>The value of <see cref="Transport"/> for one process alone.</summary>
    public const string InMemory = "in-memory";

    /// <summary>The keys of the replaced service, which knew no other transport than a broker.</summary>
    internal static readonly IReadOnlyList<string> FormerKeys = ["username", "password", "host", "port", "exchange_name", "exchange_type"];

    /// <summary>The broker's host.</summary>
    [Host]
    public string Host { get; init; } = "localhost";

    /// <summary>The broker's port.</summary>
    [Port]
    public int Port { get; init; } = 5672;

    /// <summary>Whether to speak TLS with the broker.</summary>
    public bool Tls { get; init; }

    /// <summary>A PEM file with the authorities that may have signed the broker's certificate; <c>null</c> for the system's.</summary>
    [AbsolutePath]
    public string? CaCertificate { get; init; }

    /// <summary>The user.</summary>
    public string Username { get; init; } = "guest";

    /// <summary>The password.</summary>
    public string Password { get; init; } = "guest";

    /// <summary>The virtual host.</summary>
    [Line]
    public string Vhost { get; init; } = "/";

    /// <summary>The exchange that the platform's events go to.</summary>
    [Line]
    public string ExchangeName { get; init; } = "wazo-headers";

    /// <summary>That exchange's type.</summary>
    [OneOf("direct", "fanout", "headers", "topic")]
    public string ExchangeType { get; init; } = "headers";

    /// <summary>Seconds that what is asked for over HTTP waits for a worker, before it ends in an error.</summary>
    [Seconds]
    public int RequestTimeout { get; init; } = 24 * 60 * 60;

    /// <summary>Whether the end of each operation is also told to services of .NET, as one message.</summary>
    public bool PublishEnded { get; init; } = true;

    /// <summary><see cref="RabbitMq"/> or <see cref="InMemory"/>; <c>null</c> for what the program is made for.</summary>
    [OneOf(RabbitMq, InMemory)]
    public string? Transport { get; init; }

    /// <summary>Where the platform's events go with the in-memory transport, one JSON line each; <c>-</c> is standard output.</summary>
    [Line]
    public string EventsFile { get; init; } = "-";

    /// <summary>Omits the values: they hold a password.</summary>
    public override string ToString() => nameof(BusConfiguration);
}
