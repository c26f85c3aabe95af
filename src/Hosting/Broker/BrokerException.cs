using System.Security.Authentication;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>The broker takes nothing now: why, in a word for programs and in a sentence for people.</summary>
/// <param name="reason">One of the constants.</param>
/// <param name="message">The sentence.</param>
/// <param name="inner">What told.</param>
public sealed class BrokerException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Nobody answers there, or no broker does.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The connection is there, but no answer comes.</summary>
    public const string Silent = "no-answer";

    /// <summary>The user or the password is wrong.</summary>
    public const string Login = "login-refused";

    /// <summary>There is no such virtual host, or not for this user.</summary>
    public const string Vhost = "vhost-refused";

    /// <summary>The user lacks a permission.</summary>
    public const string Permission = "permission-missing";

    /// <summary>The broker takes no messages before it has memory or room on its disk again (https://www.rabbitmq.com/docs/alarms).</summary>
    public const string Blocked = "blocked";

    /// <summary>A queue is declared with other arguments.</summary>
    public const string Queue = "queue-arguments";

    /// <summary>The broker has refused the message.</summary>
    public const string MessageRefused = "message-refused";

    /// <summary>One of the constants.</summary>
    public string Reason { get; } = reason;

    /// <summary>Says what an error of the client means.</summary>
    /// <param name="error">The error.</param>
    /// <param name="bus">Where the broker is, and as whom it is spoken to.</param>
    public static BrokerException Of(Exception error, BusConfiguration bus) => error switch
    {
        BrokerException known => known,
        BrokerUnreachableException { InnerException: AggregateException { InnerExceptions: [var only, ..] } } => Of(only, bus),
        BrokerUnreachableException { InnerException: { } inner } => Of(inner, bus),
        // The second of a broker that closes the connection without a word.
        AuthenticationFailureException or PossibleAuthenticationFailureException =>
            new BrokerException(Login, $"the broker at {bus.Host}:{bus.Port} refuses the login of '{bus.Username}' (bus.username, bus.password)", error),
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotAllowed or Constants.InvalidPath } interrupted =>
            new BrokerException(Vhost, $"the broker refuses '{bus.Username}' the virtual host '{bus.Vhost}' (bus.vhost): {TextOf(interrupted)}", error),
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.AccessRefused } interrupted =>
            new BrokerException(Permission, $"'{bus.Username}' lacks a permission of the broker: {TextOf(interrupted)}", error),
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.PreconditionFailed } interrupted =>
            new BrokerException(Queue, TextOf(interrupted), error),
        PublishException => new BrokerException(MessageRefused, "the broker refused the message", error),
        OperationCanceledException or TimeoutException =>
            new BrokerException(Silent, $"the broker at {bus.Host}:{bus.Port} does not answer", error),
        AuthenticationException => new BrokerException(Unreachable, $"the broker's certificate is not trusted: {error.Message}", error),
        _ => new BrokerException(Unreachable, $"there is no broker at {bus.Host}:{bus.Port}: {error.Message}", error),
    };

    private static string TextOf(OperationInterruptedException error) => error.ShutdownReason!.ReplyText;
}
