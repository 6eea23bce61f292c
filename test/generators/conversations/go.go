// A conversation by the client of openapi-generator's go. Argument: the base address.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"reflect"

	openapi "github.com/chat/client"
)

func same(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		panic(fmt.Sprintf("%s: %v, not %v", what, got, want))
	}
}

// The value of a call that must succeed.
func must[T any](value T, response *http.Response, err error) T {
	if err != nil {
		panic(fmt.Sprintf("%v %v", response, err))
	}
	return value
}

// The problem of a call that must be refused.
func problemOf[T any](_ T, _ *http.Response, err error) openapi.Problem {
	refused, is := err.(*openapi.GenericOpenAPIError)
	if !is {
		panic(fmt.Sprintf("was not refused: %v", err))
	}
	return refused.Model().(openapi.Problem)
}

func main() {
	configuration := openapi.NewConfiguration()
	configuration.Servers = openapi.ServerConfigurations{{URL: os.Args[1]}}
	client, ctx := openapi.NewAPIClient(configuration), context.Background()
	messages := client.MessagesAPI

	name := *openapi.NewApplicationCreate("Made")
	token := must(client.ApplicationsAPI.CreateApplication(ctx).ApplicationCreate(name).Execute()).Token
	chat := must(client.ChatsAPI.CreateChat(ctx, token).Execute()).Number

	first, response, err := messages.CreateMessage(ctx, token, chat).
		MessageCreate(*openapi.NewMessageCreate("Soup?")).Execute()
	must(first, response, err)
	same("the first", []any{first.Number, first.Sender.Get(), len(first.Metadata)}, []any{int64(1), (*string)(nil), 0})
	same("its place", response.Header.Get("Location"), "messages/1")
	batch := openapi.MessageBatch{}
	for n := 2; n <= 5; n++ {
		one := openapi.NewMessageCreate(fmt.Sprint("m", n))
		one.Metadata = map[string]any{"n": n}
		batch.Messages = append(batch.Messages, *one)
	}
	for range []string{"sent", "sent again"} {
		made := must(messages.CreateMessages(ctx, token, chat).IdempotencyKey("a key of this chat").
			MessageBatch(batch).Execute())
		same("the batch", []any{len(made.Data), made.Data[3].Number, made.Data[3].Metadata["n"]}, []any{4, int64(5), 5.0})
	}

	seen := []int64{}
	for after := int64(0); ; {
		page := must(messages.ListMessages(ctx, token, chat).After(after).Limit(2).Execute())
		for _, each := range page.Data {
			seen = append(seen, each.Number)
		}
		next := page.Page.After.Get()
		if next == nil {
			break
		}
		after = *next
	}
	same("the list", seen, []int64{1, 2, 3, 4, 5})

	found := must(messages.SearchMessages(ctx, token, chat).Q("oup").Execute())
	same("the search", []any{found.Page.Total, found.Data[0].Highlights[0].Start}, []any{int64(1), int64(1)})

	_, shown, _ := messages.ShowMessage(ctx, token, chat, 1).Execute()
	text := "Salad?"
	edit := messages.UpdateMessage(ctx, token, chat, 1).IfMatch(shown.Header.Get("ETag")).
		MessageUpdate(openapi.MessageUpdate{Body: &text})
	same("the edit", must(edit.Execute()).Body, text)
	changed := problemOf(edit.Execute())
	same("an edit of what has changed", changed.Type, "/docs/problems#precondition-failed")
	wrong := problemOf(messages.CreateMessage(ctx, token, chat).
		MessageCreate(*openapi.NewMessageCreate(" ")).Execute())
	same("a blank body", []any{wrong.Status, *wrong.Errors[0].Pointer}, []any{int32(422), "/body"})

	if _, err := messages.DeleteMessage(ctx, token, chat, 1).Execute(); err != nil {
		panic(err)
	}
	missing := problemOf(messages.ShowMessage(ctx, token, chat, 1).Execute())
	same("what is deleted", missing.Type, "/docs/problems#not-found")
}
