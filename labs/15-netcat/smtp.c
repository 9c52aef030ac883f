/* smtp.c - one line of mail, one reply; smtp.h says what each function promises. */
#include "smtp.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static void answer(char reply[static REPLY_MAX], const char *text)
{
    snprintf(reply, REPLY_MAX, "%s", text);
}

/* Reads "FROM:<a@b>" after its keyword, and what may come
 * after it. Commands are the same in capitals and without. */
static bool read_path(const char *text, const char *keyword, char path[static PATH_MAX_SMTP])
{
    size_t skip = strlen(keyword);
    if (strncasecmp(text, keyword, skip) != 0)
        return false;
    const char *end = strchr(text + skip, '>');
    if (text[skip] != '<' || !end || end - (text + skip + 1) >= PATH_MAX_SMTP)
        return false;
    if (end[1] != '\0' && end[1] != ' ')
        return false;
    snprintf(path, PATH_MAX_SMTP, "%.*s", (int)(end - (text + skip + 1)), text + skip + 1);
    return true;
}

static void mail_from(struct smtp *s, const char *rest, char reply[static REPLY_MAX])
{
    if (s->state != GREETED) {
        answer(reply, s->state == NEW ? "503 EHLO first" : "503 one letter at a time");
        return;
    }
    if (!read_path(rest, "FROM:", s->sender)) {
        answer(reply, "501 MAIL FROM:<you@host>");
        return;
    }
    s->state = HAS_SENDER;
    s->recipients = s->lines = 0;
    answer(reply, "250 OK");
}

static void rcpt_to(struct smtp *s, const char *rest, char reply[static REPLY_MAX])
{
    char path[PATH_MAX_SMTP];
    if (s->state != HAS_SENDER && s->state != HAS_RECIPIENT) {
        answer(reply, "503 MAIL first");
        return;
    }
    if (!read_path(rest, "TO:", path) || !path[0]) {
        answer(reply, "501 RCPT TO:<somebody@host>");
        return;
    }
    if (s->recipients++ == 0)
        memcpy(s->recipient, path, sizeof path);
    s->state = HAS_RECIPIENT;
    answer(reply, "250 OK");
}

static void data(struct smtp *s, char reply[static REPLY_MAX])
{
    if (s->state != HAS_RECIPIENT) {
        answer(reply, "503 MAIL and RCPT first");
        return;
    }
    s->state = IN_TEXT;
    answer(reply, "354 go on; a dot alone on its line ends it");
}

/* A line of the text. One dot is the end; a line that begins
 * with a dot has got one more on its way: RFC 5321, 4.5.2. */
static bool text_line(struct smtp *s, const char *line, char reply[static REPLY_MAX])
{
    if (strcmp(line, ".") != 0) {
        s->lines++;
        return false;
    }
    s->state = GREETED;
    answer(reply, "250 OK, taken");
    return true;
}

bool smtp_line(struct smtp *s, char *line, char reply[static REPLY_MAX])
{
    reply[0] = '\0';
    if (s->state == IN_TEXT)
        return text_line(s, line, reply);
    size_t len = strcspn(line, " ");
    const char *rest = line[len] ? line + len + 1 : "";
    line[len] = '\0';
    if (strcasecmp(line, "EHLO") == 0 || strcasecmp(line, "HELO") == 0) {
        if (*rest)
            s->state = GREETED;
        snprintf(reply, REPLY_MAX, *rest ? "250 hello %.100s" : "501 EHLO your.name", rest);
    } else if (strcasecmp(line, "MAIL") == 0)
        mail_from(s, rest, reply);
    else if (strcasecmp(line, "RCPT") == 0)
        rcpt_to(s, rest, reply);
    else if (strcasecmp(line, "DATA") == 0)
        data(s, reply);
    else if (strcasecmp(line, "RSET") == 0) {
        s->state = s->state == NEW ? NEW : GREETED;
        answer(reply, "250 OK");
    } else if (strcasecmp(line, "NOOP") == 0)
        answer(reply, "250 OK");
    else if (strcasecmp(line, "VRFY") == 0)
        answer(reply, "252 write to them, and see");
    else if (strcasecmp(line, "QUIT") == 0) {
        s->state = HAS_QUIT;
        answer(reply, "221 bye");
    } else
        answer(reply, "500 no such command");
    return false;
}
