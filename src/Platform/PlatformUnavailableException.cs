namespace WazoPlugind.Platform;

/// <summary>Another service (wazo-auth, confd, the market) does not answer, or not as it should.</summary>
/// <param name="message">Which and why, without tokens.</param>
/// <param name="inner">What was thrown, if anything was.</param>
public sealed class PlatformUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
